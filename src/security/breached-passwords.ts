import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { measure } from '../database/measures.ts';
import { settles } from '../database/settling.ts';
import { queues } from './in-turn.ts';

/** The passwords of public leaks. */
export interface BreachedPasswords {
  has(password: string): Promise<boolean>;
  /** Lets the list go, where it was opened; nobody waits for a disk that hangs. */
  close(): void;
}

/** Bytes of a read: some ninety lines, of which one has to be whole. */
const BLOCK = 4_096;
/** Reads that go where an even list has the hash; the next ones halve what is left, for one that is not. */
const GUESSES = 4;
/** Digits of a hash that a number holds exactly. */
const DIGITS = 13;
/** Milliseconds for a look-up, with its turn: a disk that hangs holds nobody up for longer. */
const PATIENCE = 3_000;

// A line that the block cuts does not count: its digits, or its colon, are missing.
const HASH = /^[\dA-F]{40}(?=:)/gim;

interface Line {
  hash: string;
  at: number;
}

/**
 * Looks passwords up in a sorted list of SHA-1 hashes (docs/decisions/0029-breached-passwords.md), which is opened at the
 * first one and stays open. A list that cannot be read refuses nobody's password: it is told to who runs the portal.
 */
export function breachedPasswords(list: string): BreachedPasswords {
  // A disk that hangs takes one thread of Node.js, not all of them.
  const inTurn = queues();
  let opened: FileHandle | undefined;

  async function look(hash: string): Promise<boolean> {
    try {
      opened ??= await open(list);
      return await stands(opened, hash);
    } catch (error) {
      // The next one opens it anew: it may be back.
      close();
      throw error;
    }
  }

  function close(): void {
    opened?.close().catch(() => {});
    opened = undefined;
  }

  async function has(password: string): Promise<boolean> {
    const looked = inTurn(list, () => look(hashOf(password)));
    try {
      if (await settles(looked, PATIENCE)) return await looked;
      throw new Error(`no answer in ${PATIENCE} ms`);
    } catch (error) {
      const why = (error as Error).message;
      measure({ kind: 'fault', fault: `a password was judged without BREACHED_PASSWORDS_FILE: ${why}` });
      return false;
    }
  }

  return { has, close };
}

/** Passwords are compared in NFC, as they are kept. */
const hashOf = (password: string): string =>
  createHash('sha1').update(password.normalize('NFC')).digest('hex').toUpperCase();

const numberOf = (hash: string): number => Number.parseInt(hash.slice(0, DIGITS), 16);

/** Between a line that is known to come before, or the beginning, and one that comes after, or the end. */
async function stands(file: FileHandle, hash: string): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) throw new Error('it is empty');
  let low: Line = { hash: '0'.repeat(40), at: 0 };
  let high: Line = { hash: 'F'.repeat(40), at: size };
  for (let reads = 0; high.at - low.at > BLOCK; reads += 1) {
    const before = numberOf(low.hash);
    const even = (numberOf(hash) - before + 0.5) / (numberOf(high.hash) - before + 1);
    const middle = low.at + (reads < GUESSES ? even : 0.5) * (high.at - low.at);
    const from = Math.min(Math.max(Math.floor(middle - BLOCK / 2), low.at), high.at - BLOCK);
    const lines = await linesOf(file, from, BLOCK);
    const [first, second] = lines;
    const last = lines.at(-1);
    if (!first || !second || !last) throw new Error('it holds something else than hashes');
    if (hash < first.hash) high = first;
    else if (hash > last.hash) low = last;
    else return isAmong(lines, hash);
  }
  return isAmong(await linesOf(file, low.at, high.at - low.at), hash);
}

const isAmong = (lines: readonly Line[], hash: string): boolean => lines.some((line) => line.hash === hash);

async function linesOf(file: FileHandle, from: number, length: number): Promise<Line[]> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, from);
  if (bytesRead < length) throw new Error('it was cut while it was read');
  return [...buffer.toString('latin1').matchAll(HASH)].map((found) => ({
    hash: found[0].toUpperCase(),
    at: from + found.index,
  }));
}
