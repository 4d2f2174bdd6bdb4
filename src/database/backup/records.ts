import { BackupFault } from './file.ts';

/** Behind a seal that is right: a fault of whoever made the file. */
export const MALFORMED = 'holds something else than what this version backs up';

/** Bytes by which a piece of rows tells its length. */
const LENGTH = 4;
const NEWLINE = 10;
const NOTHING = Buffer.alloc(0);
const LONGEST_LINE = 1 << 20;
const LONGEST_PIECE = 1 << 26;

export const line = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value)}\n`);

/** A piece of rows; one of no bytes ends them. */
export function piece(rows: Buffer = NOTHING): Buffer[] {
  const length = Buffer.alloc(LENGTH);
  length.writeUInt32BE(rows.length);
  return rows.length > 0 ? [length, rows] : [length];
}

/** Reads lines and pieces one after the other, holding no more than the one that is read. */
export function recordReader(stream: AsyncIterable<Buffer>) {
  const chunks = stream[Symbol.asyncIterator]();
  let held: Buffer = NOTHING;

  async function more(): Promise<boolean> {
    const { value, done } = await chunks.next();
    if (done) return false;
    held = held.length === 0 ? value : Buffer.concat([held, value]);
    return true;
  }

  async function take(length: number): Promise<Buffer> {
    while (held.length < length) if (!(await more())) throw new BackupFault(MALFORMED);
    const taken = held.subarray(0, length);
    held = held.subarray(length);
    return taken;
  }

  async function readLine(): Promise<unknown> {
    for (;;) {
      const end = held.indexOf(NEWLINE);
      if (end >= 0) {
        const text = (await take(end + 1)).toString();
        return JSON.parse(text);
      }
      if (held.length > LONGEST_LINE || !(await more())) throw new BackupFault(MALFORMED);
    }
  }

  return {
    /** The value of the next line. @throws BackupFault */
    line: readLine,

    /** The rows up to their end. */
    async *rows(): AsyncGenerator<Buffer, void> {
      for (;;) {
        const length = (await take(LENGTH)).readUInt32BE();
        if (length === 0) return;
        if (length > LONGEST_PIECE) throw new BackupFault(MALFORMED);
        yield await take(length);
      }
    },

    /** @throws BackupFault where something follows */
    async end(): Promise<void> {
      if (held.length > 0 || (await more())) throw new BackupFault(MALFORMED);
    },
  };
}
