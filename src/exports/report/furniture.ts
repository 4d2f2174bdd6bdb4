import { cellText } from '../../presenters/table.ts';
import { colours, page, point, table } from './layout.ts';
import type { Pen } from './pen.ts';
import type { Tags } from './tags.ts';
import { type Run, type Typefaces, textWidth, type Weight } from './text.ts';
import { wrap } from './wrap.ts';

/** What a report says above its table. */
export interface ReportHeading {
  title: string;
  /** What it covers: an organism, or all of them. */
  perimeter: string;
  /** Who asked for it, and when: 'YYYY-MM-DD HH:MM' in Paris. */
  by: string;
  at: string;
  /** What the rows were chosen by, in words. */
  filters: readonly string[];
  /** How many rows it holds, in words: « 57 personnes ». Asked once, when they have been counted. */
  describeCount: (rows: number) => string;
}

/** What is drawn on, and with what. */
export interface Drawing {
  pen: Pen;
  tags: Tags;
  typefaces: Typefaces;
}

const MAXIMUM_FILTER_LINES = 6;

interface Place {
  x: number;
  y: number;
  size: number;
  colour: string;
  align?: 'left' | 'right';
}

/** The head of the first page; returns where the count of rows stands, and below it the table. */
export function drawOpening(drawing: Drawing, heading: ReportHeading): number {
  const { margin } = page;
  const width = page.width - 2 * margin;
  const put = (type: 'H1' | 'P', text: string, weight: Weight, place: Place) =>
    drawing.tags.block(type, () => drawing.pen.write(textLine(drawing.typefaces.run(text, weight), place)));
  put('H1', heading.title, 'bold', { x: margin, y: margin + 14, size: 17, colour: colours.night });
  let y = margin + 32;
  put('P', editedOn(heading), 'regular', { ...topRight, y, size: 9 });
  put('P', heading.perimeter, 'bold', { x: margin, y, size: 11, colour: colours.ink });
  const filters = drawing.typefaces.run(heading.filters.join(' · '), 'regular');
  y += 3;
  const lines = filters.text ? wrap(filters, 9, width) : [];
  for (const [index, line] of lines.slice(0, MAXIMUM_FILTER_LINES).entries()) {
    y += 12;
    const isCut = index === MAXIMUM_FILTER_LINES - 1 && lines.length > MAXIMUM_FILTER_LINES;
    put('P', isCut ? `${line} …` : line, 'regular', { x: margin, y, size: 9, colour: colours.muted });
  }
  return y + 14;
}

/** The line that says how many rows there are. */
export function countLine({ typefaces }: Drawing, heading: ReportHeading, rows: number, y: number): string {
  const run = typefaces.run(heading.describeCount(rows), 'bold');
  return textLine(run, { x: page.margin, y, size: 9, colour: colours.ink });
}

/** The line under the table, that says that nothing is missing; `count`: in words. */
export function endLine({ typefaces }: Drawing, count: string, y: number): string {
  const run = typefaces.run(`Fin de la liste\u00a0: ${count}`, 'bold');
  return textLine(run, { x: page.margin, y, size: 9, colour: colours.ink });
}

/** The reminder at the top of the next pages; returns where the table may start. */
export function drawRunningTitle({ pen, tags, typefaces }: Drawing, heading: ReportHeading): number {
  const y = page.margin - 8;
  const title = typefaces.run(`${heading.title} · ${heading.perimeter}`, 'regular');
  const date = typefaces.run(editedOn(heading), 'regular');
  const left = textLine(title, { x: page.margin, y, size: 8, colour: colours.muted });
  pen.write(tags.artifact(`${left} ${textLine(date, { ...topRight, y, size: 8 })}`));
  return page.margin;
}

/** « page x / y », in the middle of the bottom. */
export function footerLine({ tags, typefaces }: Drawing, pageNumber: number, pageCount: number): string {
  const run = typefaces.run(`page ${pageNumber} / ${pageCount}`, 'regular');
  const x = (page.width - textWidth(run, table.size)) / 2;
  const y = page.height - page.footer;
  return tags.artifact(textLine(run, { x, y, size: table.size, colour: colours.muted }));
}

const topRight = { x: page.width - page.margin, colour: colours.muted, align: 'right' } as const;
const editedOn = ({ by, at }: ReportHeading): string =>
  `Édité le ${cellText({ kind: 'instant' }, at)} par ${by}`;

/** One line of text of its own; `align` says which end of it stands at `x`. */
function textLine(run: Run, { x, y, size, colour, align }: Place): string {
  const left = align === 'right' ? x - textWidth(run, size) : x;
  const font = `/${run.face.resource} ${size} Tf ${colour} rg`;
  return `BT ${font} 1 0 0 -1 ${point(left)} ${point(y)} Tm ${run.face.show(run.text)} ET`;
}
