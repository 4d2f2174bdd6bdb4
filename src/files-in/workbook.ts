import { Readable } from 'node:stream';
import excel from 'exceljs';
import { dayInUtc } from '../domain/calendar.ts';
import { type Entry, entriesOf, unpack, unpackedCounter } from './archive.ts';
import { FAULTS, FileFault, LIMITS } from './fault.ts';
import type { RawLine } from './raw-line.ts';
import { storedArchive } from './stored-archive.ts';

const EMPTY_TEXTS = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>';
/** What says which sheets there are, and where: a few lines. */
const MOST_OF_INDEX = 1024 * 1024;

/**
 * The lines of the first sheet of a workbook. Its reader is given a workbook made anew of the parts that are read, each
 * counted as it is unpacked: of what was sent it sees no archive.
 */
export async function* readWorkbook(path: string, size: number): AsyncGenerator<RawLine, void, void> {
  let archive: Readable | undefined;
  try {
    archive = Readable.from(storedArchive(await partsOf(path, size)));
    const reader = new excel.stream.xlsx.WorkbookReader(archive, {
      worksheets: 'emit',
      sharedStrings: 'cache',
      styles: 'cache',
      hyperlinks: 'ignore',
      entries: 'ignore',
    });
    for await (const sheet of unlessBroken(archive, reader))
      for await (const row of unlessBroken(archive, sheet)) yield { line: row.number, cells: cellsOf(row) };
  } catch (error) {
    // Whatever its reader stumbles over may repeat what it has read.
    throw error instanceof FileFault ? error : FAULTS.unreadable();
  } finally {
    archive?.destroy();
  }
}

/** What is read of a stream: where that breaks, its reader would wait for ever. */
async function* unlessBroken<T>(stream: Readable, read: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  const { promise: broken, reject } = Promise.withResolvers<never>();
  broken.catch(() => {});
  stream.once('error', reject);
  const each = read[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await Promise.race([each.next(), broken]);
    if (done) return;
    yield value;
  }
}

/** A part of the workbook that its reader is given: its bytes, counted beforehand. */
interface Part {
  name: string;
  length: number;
  bytes(): AsyncIterable<Buffer> | Iterable<Buffer>;
}

const text = (name: string, content: string): Part => {
  const bytes = Buffer.from(content);
  return { name, length: bytes.length, bytes: () => [bytes] };
};

/** In the order in which the reader needs them: formats and texts before the rows. */
async function partsOf(path: string, size: number): Promise<Part[]> {
  const entries = new Map((await entriesOf(path, size)).map((entry) => [entry.name.toLowerCase(), entry]));
  const entry = (name: string) => entries.get(name.replace(/^\//, '').toLowerCase());
  const count = unpackedCounter(size);
  const index = async (name: string): Promise<string> => {
    const found = entry(name);
    if (!found) throw FAULTS.unreadable();
    return wholeOf(path, found, count);
  };
  const [relations, workbook] = [await index('xl/_rels/workbook.xml.rels'), await index('xl/workbook.xml')];
  const sheet = entry(firstSheet(relations, workbook));
  if (!sheet) throw FAULTS.unreadable();
  const styles = entry('xl/styles.xml');
  const texts = entry('xl/sharedStrings.xml');
  return [
    text('xl/_rels/workbook.xml.rels', relations),
    text('xl/workbook.xml', workbook),
    ...(styles ? [await measured(path, styles, 'xl/styles.xml', count, LIMITS.styles)] : []),
    texts
      ? await measured(path, texts, 'xl/sharedStrings.xml', count, LIMITS.texts)
      : text('xl/sharedStrings.xml', EMPTY_TEXTS),
    await measured(path, sheet, 'xl/worksheets/sheet1.xml', count, LIMITS.unpacked),
  ];
}

async function wholeOf(path: string, entry: Entry, count: (bytes: number) => void): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of unpack(path, entry)) {
    count(piece.length);
    length += piece.length;
    if (length > MOST_OF_INDEX) throw FAULTS.bomb();
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

const attribute = (element: string, name: string): string | undefined =>
  new RegExp(`\\s${name}="([^"]*)"`).exec(element)?.[1];

/** Where the first sheet stands: the order is that of its tabs. */
function firstSheet(relations: string, workbook: string): string {
  const [first = ''] = /<(?:\w+:)?sheet\s[^>]*>/.exec(workbook) ?? [];
  const id = attribute(first, '(?:\\w+:)?id');
  const relation = (relations.match(/<(?:\w+:)?Relationship\s[^>]*>/g) ?? []).find(
    (element) => attribute(element, 'Id') === id,
  );
  const target = relation && attribute(relation, 'Target');
  if (id === undefined || target === undefined) throw FAULTS.unreadable();
  return target.startsWith('/') ? target : `xl/${target}`;
}

/** Between two signs of XML: a cell that goes on for ever is never put together. */
const LONGEST_TEXT = 256 * 1024;

/** Unpacks a part once, for its length: what follows is the same bytes again, and no others. */
async function measured(
  path: string,
  entry: Entry,
  name: string,
  count: (bytes: number) => void,
  most: number,
): Promise<Part> {
  let [length, bare] = [0, 0];
  for await (const piece of unpack(path, entry)) {
    count(piece.length);
    length += piece.length;
    if (length > most) throw FAULTS.bomb();
    bare = longestText(piece, bare);
  }
  return { name, length, bytes: () => unpack(path, entry) };
}

/** How many bytes have gone by without a sign of XML, at the end of this piece. */
function longestText(piece: Buffer, before: number): number {
  let at = 0;
  let next = piece.indexOf(0x3c);
  let bare = before;
  while (next !== -1) {
    if (bare + next - at > LONGEST_TEXT) throw FAULTS.bomb();
    bare = 0;
    at = next + 1;
    next = piece.indexOf(0x3c, at);
  }
  bare += piece.length - at;
  if (bare > LONGEST_TEXT) throw FAULTS.bomb();
  return bare;
}

function cellsOf(row: excel.Row): string[] {
  const cells: string[] = [];
  if (row.cellCount > LIMITS.columns) throw FAULTS.longLine(row.number);
  row.eachCell({ includeEmpty: false }, (cell, at) => {
    cells[at - 1] = textOf(cell.value);
  });
  return Array.from(cells, (cell) => cell ?? '');
}

/** What is read of a cell: of a formula, itself and never what it comes to. */
function textOf(value: excel.CellValue): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : dayInUtc(value);
  if (typeof value === 'boolean') return value ? 'VRAI' : 'FAUX';
  // Beyond fifteen digits Excel has rounded it: it is told as it tells it.
  if (typeof value === 'number' && Math.abs(value) >= 1e15) return value.toExponential().toUpperCase();
  if (typeof value !== 'object') return String(value);
  if ('richText' in value) return value.richText.map(({ text: part }) => part).join('');
  if ('formula' in value || 'sharedFormula' in value)
    return `=${String('formula' in value ? value.formula : value.sharedFormula)}`;
  if ('error' in value) return String(value.error);
  return 'text' in value ? textOf(value.text as excel.CellValue) : '';
}
