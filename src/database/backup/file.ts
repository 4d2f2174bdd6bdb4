import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type Readable, Transform, type TransformCallback } from 'node:stream';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';

/*
 * A backup is one file: a line that says what it is, a line of JSON (BackupHeader), a zstd stream, and a line with the
 * SHA-256 of all that stands before. The stream holds, for each table, a line of JSON (TableLayout) and its rows as COPY
 * writes them, in pieces that begin with their length in four bytes, the last of length 0; then a line of JSON
 * (BackupManifest).
 */

const FORMAT = 1;
const MAGIC = 'portail-backup ';
/** « sha256 », its 64 digits, and the ends of two lines. */
const SEAL = /^\nsha256 ([0-9a-f]{64})\n$/;
const SEAL_LENGTH = 73;
/** Bytes in which the two first lines end. */
const HEAD_WITHIN = 1 << 20;
const PIECE = 1 << 20;

/** The file is no backup, is not whole, or is not for this version: one sentence, without the name of the file. */
export class BackupFault extends Error {}

/** What is known before anything is copied. */
export interface BackupHeader {
  created_at: string;
  /** The version of PostgreSQL that it comes from. */
  server: string;
  /** The migrations of its schema, each with the batch that it ran in, in order. */
  migrations: [name: string, batch: number][];
  /** The partitions of the trail. */
  partitions: string[];
}

/** A whole backup that can be read: its seal was checked. */
export interface SealedBackup {
  header: BackupHeader;
  /** What stands in the compressed stream; `onRead` is told how much of it was read, from 0 to 1. */
  content(onRead: (done: number) => void): Readable;
}

/** Puts the first lines before what goes through, and its seal after it. */
class Sealing extends Transform {
  /** In hexadecimal digits, of the whole file, once it has ended. */
  sha256 = '';
  bytes = 0;
  readonly #hash = createHash('sha256');

  constructor(header: BackupHeader) {
    super();
    this.#add(Buffer.from(`${MAGIC}${FORMAT}\n${JSON.stringify(header)}\n`));
  }

  #add(chunk: Buffer): void {
    this.#hash.update(chunk);
    this.bytes += chunk.length;
    this.push(chunk);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#add(chunk);
    done();
  }

  override _flush(done: TransformCallback): void {
    this.#add(Buffer.from(`\nsha256 ${this.#hash.copy().digest('hex')}\n`));
    this.sha256 = this.#hash.digest('hex');
    done();
  }
}

/** What a file goes through on its way to the disk: compressed, then sealed. */
export function sealing(header: BackupHeader) {
  const compress = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 3 } });
  return { compress, seal: new Sealing(header) };
}

/**
 * Reads a file whole, and believes it only then.
 * @throws BackupFault where it is no backup, or not all of it; what the system says where it cannot be read
 */
export async function openBackup(path: string, onRead: (done: number) => void): Promise<SealedBackup> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const head = await readAt(file, 0, Math.min(size, HEAD_WITHIN));
    const [magic = '', header] = head.toString('latin1').split('\n', 2);
    const format = /^portail-backup (\d{1,9})$/.exec(magic)?.[1];
    if (format === undefined) throw new BackupFault('is not a backup of the portal');
    if (Number(format) > FORMAT)
      throw new BackupFault(
        `was made by a newer version of the portal, in a form that this one does not know (${format})`,
      );
    const end = size - SEAL_LENGTH;
    const seal = SEAL.exec((await readAt(file, Math.max(end, 0), SEAL_LENGTH)).toString('latin1'))?.[1];
    if (seal === undefined)
      throw new BackupFault('is cut, or is longer than it was: it does not end as it should');
    if ((await digestOf(path, end, onRead)) !== seal)
      throw new BackupFault('was altered: what it holds does not give its SHA-256');
    const start = magic.length + 1 + (header?.length ?? 0) + 1;
    return {
      header: JSON.parse(head.subarray(magic.length + 1, start - 1).toString()),
      content(onRead) {
        const stored = createReadStream(path, { start, end: end - 1, highWaterMark: PIECE });
        stored.on('data', () => onRead(stored.bytesRead / (end - start)));
        const content = createZstdDecompress();
        stored.on('error', (error) => content.destroy(error));
        return stored.pipe(content);
      },
    };
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

async function digestOf(path: string, size: number, onRead: (done: number) => void): Promise<string> {
  const hash = createHash('sha256');
  let read = 0;
  for await (const chunk of createReadStream(path, { end: size - 1, highWaterMark: PIECE })) {
    hash.update(chunk);
    read += chunk.length;
    onRead(read / size);
  }
  return hash.digest('hex');
}
