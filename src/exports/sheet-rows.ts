import { type Column, parseDay, type Row, withoutControls } from './table.ts';

/** Excel calls a file damaged when a cell holds more. */
export const MAXIMUM_CELL_LENGTH = 32_767;
const DAY_ZERO = Date.UTC(1899, 11, 30);
const MILLISECONDS_A_DAY = 86_400_000;

// Anything that makes a text more than itself in a sheet's XML: rare, so that most texts cost one test.
const special = /[&<>]|[^\P{Cc}\t\n]|[\ufffe\uffff]|\p{Cs}|_x[0-9A-Fa-f]{4}_/u;
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * The XML of rows, the first being row number `firstRow` of its sheet. Every text is an inline string, which no
 * spreadsheet evaluates; days become dates of the style `dateStyle`. Written here because exceljs' own rows and
 * cells take twice the time and the memory.
 */
export function rowsXml(
  columns: readonly Column[],
  rows: readonly Row[],
  firstRow: number,
  dateStyle: number,
) {
  const letters = columns.map((_, index) => columnLetters(index));
  let xml = '';
  let number = firstRow;
  for (const row of rows) {
    xml += `<row r="${number}">`;
    for (let index = 0; index < columns.length; index += 1) {
      const value = row[index];
      if (!value) continue;
      const serial = columns[index]?.kind === 'date' ? excelDay(value) : null;
      xml +=
        serial === null
          ? `<c r="${letters[index]}${number}" t="inlineStr"><is><t xml:space="preserve">${xmlText(value)}</t></is></c>`
          : `<c r="${letters[index]}${number}" s="${dateStyle}"><v>${serial}</v></c>`;
    }
    xml += '</row>';
    number += 1;
  }
  return xml;
}

/** A, B … Z, AA …: the name of the column at `index`, counted from 0. */
export function columnLetters(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest > 0 ? columnLetters(rest - 1) : '') + String.fromCharCode(65 + (index % 26));
}

function excelDay(value: string): number | null {
  const parts = parseDay(value);
  // Excel counts a 29 February 1900 that never was: before 1 March its numbers differ, so the text stays.
  if (!parts || parts.year < 1901) return null;
  return (Date.UTC(parts.year, parts.month - 1, parts.day) - DAY_ZERO) / MILLISECONDS_A_DAY;
}

function xmlText(value: string): string {
  const short = value.length > MAXIMUM_CELL_LENGTH ? `${value.slice(0, MAXIMUM_CELL_LENGTH - 1)}…` : value;
  if (!special.test(short)) return short;
  return withoutControls(short)
    .replace(/\r\n?/g, '\n')
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(/[&<>]/g, (character) => entities[character] ?? '');
}
