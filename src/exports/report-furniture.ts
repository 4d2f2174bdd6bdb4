import { colours, page, point, table } from './report-layout.ts';
import type { Pen, Tags } from './report-tags.ts';
import { type Run, type Typefaces, textWidth, type Weight } from './report-text.ts';
import { wrap } from './report-wrap.ts';

/** What a report says above its table. */
export interface ReportHeading {
  title: string;
  organism: string;
  /** The day it was made, as it is read: JJ/MM/AAAA. */
  date: string;
  /** What the rows were chosen by, in words. */
  filters: readonly string[];
  /** How many rows it holds, in words: « 57 personnes ». Asked at the end, once they are counted. */
  describeCount: (rows: number) => string;
}

/** What is drawn on, and with what. */
export interface Drawing {
  pen: Pen;
  tags: Tags;
  typefaces: Typefaces;
}

/** A text known only at the end of the document and shown on pages long written. */
export interface LateText {
  reference: PDFKit.PDFKitReference;
  /** The operators that show it, its baseline starting at x, y. */
  call(x: number, y: number): string;
  /** Gives the text, once. */
  settle(run: Run, resources: Record<string, PDFKit.PDFKitReference>): void;
}

interface Place {
  x: number;
  y: number;
  size: number;
  colour: string;
  align?: 'left' | 'right';
}

/** Prepares a late text: a form object that pages call by `name`, and that is written after them. */
export function lateText(
  document: PDFKit.PDFDocument,
  name: string,
  style: { size: number; colour: string },
): LateText {
  const form: Record<string, unknown> = {
    Type: 'XObject',
    Subtype: 'Form',
    BBox: [0, -style.size, page.width, style.size],
  };
  const reference = document.ref(form);
  return {
    reference,
    call: (x, y) => `q 1 0 0 -1 ${point(x)} ${point(y)} cm /${name} Do Q`,
    settle(run, resources) {
      form.Resources = { Font: resources };
      reference.end(
        `BT /${run.face.resource} ${style.size} Tf ${style.colour} rg ${run.face.show(run.text)} ET`,
      );
    },
  };
}

/** The head of the first page, from the top margin; returns where the table may start. */
export function drawOpening(drawing: Drawing, heading: ReportHeading, count: LateText): number {
  const { margin } = page;
  const width = page.width - 2 * margin;
  const put = (type: 'H1' | 'P', text: string, weight: Weight, place: Place) =>
    drawing.tags.block(type, () => drawing.pen.write(textLine(drawing.typefaces.run(text, weight), place)));
  put('H1', heading.title, 'bold', { x: margin, y: margin + 14, size: 17, colour: colours.night });
  put('P', editedOn(heading), 'regular', { ...topRight, y: margin + 14, size: 9 });
  let y = margin + 32;
  put('P', heading.organism, 'bold', { x: margin, y, size: 11, colour: colours.ink });
  const filters = drawing.typefaces.run(heading.filters.join(' · '), 'regular');
  y += 3;
  for (const line of filters.text ? wrap(filters, 9, width) : []) {
    y += 12;
    put('P', line, 'regular', { x: margin, y, size: 9, colour: colours.muted });
  }
  y += 14;
  drawing.tags.block('P', () => drawing.pen.write(count.call(margin, y)));
  return y + 9;
}

/** The reminder at the top of the next pages; returns where the table may start. */
export function drawRunningTitle({ pen, tags, typefaces }: Drawing, heading: ReportHeading): number {
  const y = page.margin - 8;
  const title = typefaces.run(`${heading.title} · ${heading.organism}`, 'regular');
  const date = typefaces.run(editedOn(heading), 'regular');
  const left = textLine(title, { x: page.margin, y, size: 8, colour: colours.muted });
  pen.write(tags.artifact(`${left} ${textLine(date, { ...topRight, y, size: 8 })}`));
  return page.margin;
}

/** « page x / y » in the middle, y being settled at the end. */
export function drawFooter({ pen, tags, typefaces }: Drawing, pageNumber: number, pages: LateText): void {
  const middle = page.width / 2;
  const y = page.height - page.footer;
  const number = typefaces.run(`page ${pageNumber} / `, 'regular');
  const at = { x: middle - textWidth(number, table.size), y, size: table.size, colour: colours.muted };
  pen.write(tags.artifact(`${textLine(number, at)} ${pages.call(middle, y)}`));
}

const topRight = { x: page.width - page.margin, colour: colours.muted, align: 'right' } as const;
const editedOn = ({ date }: ReportHeading): string => `Édité le ${date}`;

/** One line of text of its own; `align` says which end of it stands at `x`. */
function textLine(run: Run, { x, y, size, colour, align }: Place): string {
  const left = align === 'right' ? x - textWidth(run, size) : x;
  const font = `/${run.face.resource} ${size} Tf ${colour} rg`;
  return `BT ${font} 1 0 0 -1 ${point(left)} ${point(y)} Tm ${run.face.show(run.text)} ET`;
}
