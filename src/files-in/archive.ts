import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInflateRaw } from 'node:zlib';
import { FAULTS, LIMITS } from './fault.ts';

/** A file within a workbook, as the directory at its end has it. */
export interface Entry {
  name: string;
  method: number;
  /** Bytes, packed. */
  packed: number;
  /** Where its own header begins. */
  offset: number;
}

const END = 0x06054b50;
const IN_DIRECTORY = 0x02014b50;
const OWN = 0x04034b50;
const ENTRY_LENGTH = 46;
const END_LENGTH = 22;
const OWN_LENGTH = 30;
const LONGEST_COMMENT = 65_535;
const LARGEST_DIRECTORY = 1024 * 1024;
const [STORED, DEFLATED] = [0, 8];
/** Of its flags: the entry is encrypted. */
const ENCRYPTED = 1;

/**
 * The files of a workbook. What they say of their own size is believed only to refuse them: bytes are counted anew as
 * they are unpacked.
 */
export async function entriesOf(path: string, size: number): Promise<Entry[]> {
  const tail = await readAt(path, Math.max(0, size - END_LENGTH - LONGEST_COMMENT), size);
  const end = lastIndexOf(tail, END);
  if (end === -1) throw FAULTS.unreadable();
  const [length, start] = [tail.readUInt32LE(end + 12), tail.readUInt32LE(end + 16)];
  if (length > LARGEST_DIRECTORY || start + length > size) throw FAULTS.unreadable();
  const { entries, told } = readDirectory(await readAt(path, start, start + length));
  if (told > LIMITS.unpacked || told > size * LIMITS.ratio) throw FAULTS.bomb();
  return entries;
}

function readDirectory(directory: Buffer): { entries: Entry[]; told: number } {
  const entries: Entry[] = [];
  let told = 0;
  for (let at = 0; at + ENTRY_LENGTH <= directory.length; ) {
    if (directory.readUInt32LE(at) !== IN_DIRECTORY) throw FAULTS.unreadable();
    if (directory.readUInt16LE(at + 8) & ENCRYPTED) throw FAULTS.protected();
    const name = directory.readUInt16LE(at + 28);
    const further = directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
    told += directory.readUInt32LE(at + 24);
    entries.push({
      name: directory.toString('utf8', at + ENTRY_LENGTH, at + ENTRY_LENGTH + name),
      method: directory.readUInt16LE(at + 10),
      packed: directory.readUInt32LE(at + 20),
      offset: directory.readUInt32LE(at + 42),
    });
    at += ENTRY_LENGTH + name + further;
  }
  return { entries, told };
}

/** Counts what comes out of a workbook as a whole, whatever it says of itself. @throws FileFault past what it may */
export function unpackedCounter(size: number) {
  let total = 0;
  return (bytes: number): void => {
    total += bytes;
    if (total > LIMITS.unpacked || total > size * LIMITS.ratio) throw FAULTS.bomb();
  };
}

/** The bytes of an entry, unpacked, a piece at a time. */
export async function* unpack(path: string, entry: Entry): AsyncGenerator<Buffer, void, void> {
  const own = await readAt(path, entry.offset, entry.offset + OWN_LENGTH);
  if (own.length < OWN_LENGTH || own.readUInt32LE(0) !== OWN) throw FAULTS.unreadable();
  const start = entry.offset + OWN_LENGTH + own.readUInt16LE(26) + own.readUInt16LE(28);
  if (entry.packed === 0) return;
  const packed = createReadStream(path, { start, end: start + entry.packed - 1 });
  if (entry.method === STORED) return yield* packed as AsyncIterable<Buffer>;
  if (entry.method !== DEFLATED) throw FAULTS.unreadable();
  const inflated = packed.pipe(createInflateRaw());
  packed.once('error', (error) => inflated.destroy(error));
  try {
    yield* inflated as AsyncIterable<Buffer>;
  } catch {
    throw FAULTS.unreadable();
  } finally {
    packed.destroy();
  }
}

async function readAt(path: string, start: number, end: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function lastIndexOf(bytes: Buffer, signature: number): number {
  const sought = Buffer.alloc(4);
  sought.writeUInt32LE(signature);
  const found = bytes.lastIndexOf(sought);
  return found + END_LENGTH > bytes.length ? -1 : found;
}
