import { open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { placesOf, tidy } from './columns.ts';
import { readCsv } from './csv.ts';
import { FAULTS, LIMITS } from './fault.ts';
import type { RawLine } from './raw-line.ts';
import { holdsSocialSecurity } from './social-security.ts';
import { readWorkbook } from './workbook.ts';

/** A line under the titles, by the columns that were asked for. */
export interface TableLine<C extends string> {
  /** In the file, from 1: the titles are before it. */
  line: number;
  cells: Record<C, string>;
}

/** Lines that are read, and given, at once: the process does nothing else meanwhile. */
const CHUNK = 250;

/**
 * The lines of a CSV or of the first sheet of a workbook, in chunks, never whole in memory. What it is is read in its
 * bytes, whatever its name. A cell is its text: no formula is worked out.
 * @throws FileFault where the file as a whole is not to be taken; what was given before is then not to be kept
 */
export async function* readTable<C extends string>(
  path: string,
  columns: readonly C[],
): AsyncGenerator<TableLine<C>[], void, void> {
  let titles: string[] | null = null;
  let places = new Map<C, number>();
  let [lines, seen] = [0, 0];
  let chunk: TableLine<C>[] = [];
  for await (const { line, cells: found } of await readerOf(path)) {
    // Empty ones too: they are read all the same.
    seen += 1;
    if (seen > 2 * LIMITS.lines) throw FAULTS.manyLines();
    if (seen % CHUNK === 0) await setImmediate();
    const cells = found.map(tidy);
    if (cells.every((cell) => cell === '')) continue;
    refuseSocialSecurity(cells, titles);
    if (titles === null) {
      titles = cells;
      places = placesOf(titles, columns);
      continue;
    }
    refuseLong(line, cells);
    lines += 1;
    if (lines > LIMITS.lines) throw FAULTS.manyLines();
    const named = [...places].map(([column, place]) => [column, cells[place] ?? '']);
    chunk.push({ line, cells: Object.fromEntries(named) as Record<C, string> });
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (lines === 0) throw FAULTS.empty();
  if (chunk.length > 0) yield chunk;
}

function refuseSocialSecurity(cells: readonly string[], titles: readonly string[] | null): void {
  const at = cells.findIndex(holdsSocialSecurity);
  if (at === -1) return;
  throw FAULTS.socialSecurity(at, titles?.[at]?.slice(0, 60) ?? '');
}

function refuseLong(line: number, cells: readonly string[]): void {
  if (cells.some((cell) => cell.length > LIMITS.cell)) throw FAULTS.longCell(line);
  if (cells.reduce((sum, cell) => sum + cell.length, 0) > LIMITS.line) throw FAULTS.longLine(line);
}

const startsWith = (bytes: Buffer, ...signature: number[]): boolean =>
  signature.every((byte, at) => bytes[at] === byte);

/** What reads this file, by its first bytes. */
async function readerOf(path: string): Promise<AsyncIterable<RawLine>> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > LIMITS.bytes) throw FAULTS.tooLarge();
    if (size === 0) throw FAULTS.empty();
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4_096), 0, 4_096, 0);
    const start = buffer.subarray(0, bytesRead);
    if (startsWith(start, 0x50, 0x4b)) return readWorkbook(path, size);
    // The envelope of old workbooks, and of those that a password protects.
    if (startsWith(start, 0xd0, 0xcf, 0x11, 0xe0)) throw await envelopeFault(path);
    if (startsWith(start, 0xff, 0xfe) || startsWith(start, 0xfe, 0xff)) throw FAULTS.unicode16();
    if (start.includes(0)) throw isEveryOther(start) ? FAULTS.unicode16() : FAULTS.unreadable();
    return readCsv(path);
  } finally {
    await file.close();
  }
}

/** Latin text in UTF-16 has a zero every other byte. */
function isEveryOther(bytes: Buffer): boolean {
  const zeros = [...bytes].map((byte, at) => (byte === 0 ? at % 2 : -1)).filter((parity) => parity !== -1);
  return zeros.length > bytes.length / 4 && zeros.every((parity) => parity === zeros[0]);
}

const ENCRYPTED = Buffer.from('EncryptedPackage', 'utf16le');

async function envelopeFault(path: string) {
  const file = await open(path);
  let before = Buffer.alloc(0);
  for await (const piece of file.createReadStream()) {
    const bytes = Buffer.concat([before, piece as Buffer]);
    if (bytes.includes(ENCRYPTED)) return FAULTS.protected();
    before = bytes.subarray(-ENCRYPTED.length);
  }
  return FAULTS.oldWorkbook();
}
