import { type Column, type ColumnKind, parseMoment, type Row, withoutControls } from '../presenters/table.ts';

/** Excel calls a file damaged when a cell holds more. */
const MAXIMUM_CELL_LENGTH = 32_767;
const DAY_ZERO = Date.UTC(1899, 11, 30);
const FIRST_DAY = Date.UTC(1901, 0, 1);
const MILLISECONDS_A_DAY = 86_400_000;
// More digits than a spreadsheet keeps of a number.
const number = /^(?:0|[1-9]\d{0,14})$/;

/** The number of the style of each kind of column, in its workbook. */
export type CellStyles = Readonly<Record<ColumnKind, number>>;

// Anything that makes a text more than itself in a sheet's XML: rare, so that most texts cost one test.
const special = /[&<>]|[^\P{Cc}\t\n]|[\ufffe\uffff]|\p{Cs}|_x[0-9A-Fa-f]{4}_/u;
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** What a spreadsheet keeps of a cell that is not a text; null where it stays one. */
const FIGURES: Partial<Record<ColumnKind, (value: string) => number | null>> = {
  number: (value) => (number.test(value) ? Number(value) : null),
  date: serialOf,
  instant: serialOf,
};

/**
 * The XML of rows, the first being row number `firstRow` of its sheet. Every text is an inline string, which no
 * spreadsheet evaluates; days, instants and numbers are what they are. Written here because exceljs' own rows and
 * cells take twice the time and the memory.
 */
export function rowsXml(
  columns: readonly Column[],
  rows: readonly Row[],
  firstRow: number,
  styles: CellStyles,
) {
  const opened = columns.map(({ kind = 'text', width }, index) => ({
    letters: `<c r="${columnLetters(index)}`,
    style: `" s="${styles[kind]}"`,
    figureOf: FIGURES[kind],
    width,
  }));
  let xml = '';
  let at = firstRow;
  for (const row of rows) {
    let cells = '';
    let lines = 1;
    for (let index = 0; index < columns.length; index += 1) {
      const value = row[index];
      const cell = opened[index];
      if (!value || !cell) continue;
      const figure = cell.figureOf?.(value) ?? null;
      if (figure === null) {
        const text = xmlText(value);
        cells += `${cell.letters}${at}${cell.style} t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`;
        lines = Math.max(lines, linesOf(value, cell.width));
      } else {
        cells += `${cell.letters}${at}${cell.style}><v>${figure}</v></c>`;
      }
    }
    xml += `<row r="${at}"${lines === 1 ? '' : heightOf(lines)}>${cells}</row>`;
    at += 1;
  }
  return xml;
}

/** How many lines a text takes in a column: about what a spreadsheet will find. */
export function linesOf(text: string, width: number): number {
  if (text.length * WIDEST <= width && !text.includes('\n')) return 1;
  let lines = 0;
  for (const paragraph of text.split('\n')) {
    lines += 1;
    let room = width;
    for (const word of paragraph.split(' ')) {
      const length = widthOf(word);
      if (length > room && room < width) {
        lines += 1;
        room = width;
      }
      // What is longer than a line goes on in the next.
      const more = Math.max(0, Math.ceil(length / width) - 1);
      lines += more;
      room -= length - more * width + NARROW;
    }
  }
  return lines;
}

// In digits, which are what a column's width counts, for the fonts that stand for the workbook's.
const WIDEST = 1.15;
const NARROW = 0.92;
const WIDE = /[^\p{Ll}\p{P}]/gu;

/** The width of a word: small letters are narrower than digits, capitals wider. */
function widthOf(word: string): number {
  const wide = word.match(WIDE)?.length ?? 0;
  return wide * WIDEST + (word.length - wide) * NARROW;
}

// In points: a line of the workbook's font, and the most that Excel gives a row.
const LINE = 15;
const HIGHEST = 409;

/** LibreOffice takes the heights of a workbook as they are: rows without one would be written over each other. */
const heightOf = (lines: number): string => ` ht="${Math.min(lines * LINE, HIGHEST)}"`;

/** A, B … Z, AA …: the name of the column at `index`, counted from 0. */
export function columnLetters(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest > 0 ? columnLetters(rest - 1) : '') + String.fromCharCode(65 + (index % 26));
}

/** The number that a spreadsheet keeps for a moment; null for what stays a text. */
function serialOf(value: string): number | null {
  let serial = serials.get(value);
  if (serial === undefined) {
    if (serials.size === MOST_SERIALS) serials.clear();
    serial = readSerial(value);
    serials.set(value, serial);
  }
  return serial;
}

// A file has far fewer days than cells that show them.
const MOST_SERIALS = 2_000;
const serials = new Map<string, number | null>();

function readSerial(value: string): number | null {
  const time = parseMoment(value);
  // Excel counts a 29 February 1900 that never was: before 1 March its numbers differ, so the text stays.
  return time === null || time < FIRST_DAY ? null : (time - DAY_ZERO) / MILLISECONDS_A_DAY;
}

function xmlText(value: string): string {
  const short = value.length > MAXIMUM_CELL_LENGTH ? `${value.slice(0, MAXIMUM_CELL_LENGTH - 1)}…` : value;
  if (!special.test(short)) return short;
  return withoutControls(short)
    .replace(/\r\n?/g, '\n')
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(/[&<>]/g, (character) => entities[character] ?? '');
}
