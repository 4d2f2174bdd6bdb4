import type { FileOrder } from './making.ts';

/** What the portal asks of the thread that makes files, about one of them; a closed port is « stop ». */
export type Asked =
  /** To take the first of these locks that nobody has. */
  | { ask: 'place'; names: readonly string[] }
  | { ask: 'make'; order: FileOrder }
  /** One more part was passed on: another may come. */
  | { ask: 'more' };

/** What it answers. */
export type Said =
  | { say: 'place'; place: Place }
  /** A part of the file, and how many rows of its first table were read so far. */
  | { say: 'part'; bytes: Uint8Array<ArrayBuffer>; rows: number }
  | { say: 'made'; rows: number }
  | { say: 'failed'; fault: Fault };

/** What became of the locks; `crowded`: every connection is taken. */
export type Place = 'taken' | 'full' | 'crowded';

/** An error as it crosses to another thread, where it would lose what it was caused by. */
export interface Fault {
  name: string;
  message: string;
  stack: string | undefined;
  code: string | undefined;
  syscall: string | undefined;
  /** True where the database, or the portal, gave a statement up. */
  isTooLong: boolean;
}

/** Bytes of a part, and parts on their way: what a file keeps in memory between the two threads. */
export const PART = 64 * 1024;
export const PARTS_AHEAD = 4;
