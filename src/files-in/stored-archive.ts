import { FAULTS } from './fault.ts';

/** A file of an archive, whose length is known. */
interface Stored {
  name: string;
  length: number;
  bytes(): AsyncIterable<Buffer> | Iterable<Buffer>;
}

const VERSION = 20;

/** An archive without packing, made as it is read: each file after its header, then the end. */
export async function* storedArchive(files: readonly Stored[]): AsyncGenerator<Buffer, void, void> {
  for (const { name, length, bytes } of files) {
    yield headerOf(name, length);
    let left = length;
    for await (const piece of bytes()) {
      left -= piece.length;
      yield piece;
    }
    // What was measured is what is given, or its reader would take the one for the other.
    if (left !== 0) throw FAULTS.unreadable();
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  yield end;
}

function headerOf(name: string, length: number): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt32LE(length, 18);
  header.writeUInt32LE(length, 22);
  header.writeUInt16LE(Buffer.byteLength(name), 26);
  return Buffer.concat([header, Buffer.from(name)]);
}
