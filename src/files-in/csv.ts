import { createReadStream } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { TextDecoder } from 'node:util';
import { CsvError, type Parser, parse } from 'csv-parse';
import { FAULTS, LIMITS } from './fault.ts';
import type { RawLine } from './raw-line.ts';

/** What parts the cells of a line; the first of those that are as frequent. */
const SEPARATORS = [';', ',', '\t'] as const;

/** The lines of a CSV: in UTF-8, or in Windows-1252 where it is not that; the separator is the one of its titles. */
export async function* readCsv(path: string): AsyncGenerator<RawLine, void, void> {
  const encoding = await encodingOf(path);
  const parser = parse({
    bom: true,
    delimiter: separatorOf(await firstLine(path, encoding)),
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    // A million of them is one megabyte: they are nobody's lines, and cost next to nothing so.
    skip_empty_lines: true,
    max_record_size: LIMITS.line * 2,
  });
  expectNoLength(parser);
  // A failure of either is told by the parser, which is read below.
  pipeline(Readable.from(decoded(path, encoding)), parser, () => {});
  try {
    for await (const { record, info } of parser as AsyncIterable<Parsed>) {
      if (record.length > LIMITS.columns) throw FAULTS.longLine(info.lines);
      yield { line: info.lines - breaksIn(record), cells: record };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // What it says repeats what it has read.
    const line = typeof error.lines === 'number' ? error.lines : 1;
    throw error.code === 'CSV_MAX_RECORD_SIZE' ? FAULTS.longLine(line) : FAULTS.quotes(line);
  }
}

/** Of a line that is shorter or longer than the titles it makes an error, which nobody reads: the most of what it costs. */
function expectNoLength(parser: Parser): void {
  const { state } = parser as Parser & { state: { record: unknown[] } };
  Object.defineProperty(state, 'expectedRecordLength', { get: () => state.record.length, set: () => {} });
}

interface Parsed {
  record: string[];
  info: { lines: number };
}

/** A quoted cell may go over several lines: its record is called by the first. */
const breaksIn = (cells: readonly string[]): number =>
  cells.reduce((sum, cell) => sum + (cell.includes('\n') ? cell.split('\n').length - 1 : 0), 0);

/** Bytes that are parsed at once, while the process does nothing else: a line may be two bytes long. */
const PIECE = 1024;

type Encoding = 'utf-8' | 'windows-1252';

async function encodingOf(path: string): Promise<Encoding> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let isUtf8 = true;
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    if (piece.includes(0)) throw FAULTS.unreadable();
    isUtf8 &&= decodes(decoder, piece);
  }
  return isUtf8 && decodes(decoder) ? 'utf-8' : 'windows-1252';
}

function decodes(decoder: TextDecoder, piece?: Buffer): boolean {
  try {
    decoder.decode(piece, { stream: piece !== undefined });
    return true;
  } catch {
    return false;
  }
}

async function* decoded(path: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const read of createReadStream(path) as AsyncIterable<Buffer>)
    for (let at = 0; at < read.length; at += PIECE)
      yield decoder.decode(read.subarray(at, at + PIECE), { stream: true });
  yield decoder.decode();
}

/** The first line that has something, as far as a line may go. */
async function firstLine(path: string, encoding: Encoding): Promise<string> {
  let text = '';
  for await (const piece of decoded(path, encoding)) {
    text = (text + piece).trimStart();
    if (/[\r\n]/.test(text) || text.length > LIMITS.line) break;
  }
  return text.split(/[\r\n]/, 1)[0] ?? '';
}

function separatorOf(titles: string): string {
  const bare = titles.replace(/"[^"]*"/g, '');
  const counts = SEPARATORS.map((separator) => bare.split(separator).length);
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ';';
}
