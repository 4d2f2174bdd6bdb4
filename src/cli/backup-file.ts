import { createWriteStream, openSync, renameSync, rmSync, statSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { BackupFault } from '../database/backup/file.ts';
import { refuse } from './arguments.ts';
import { codeOf, unreadable, unwritable } from './file-faults.ts';

/** What a database does not hold, and is needed beside a backup. */
export const KEPT_APART =
  'It holds no secret of the portal: keep audit-key.pem (in DATA_DIR) and SESSION_SECRET apart, as safely.';

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

interface Draft {
  output: Writable;
  /** Gives the file its name, once it is whole and on the disk. @throws Error in one sentence */
  keep(): void;
}

/**
 * Begins the file of a backup beside its place, for its owner alone; whatever way the command ends, nothing is left of
 * it but the whole file. Where it cannot be there the command stops with a sentence.
 */
export function draftOrRefuse(file: string, { force }: { force: boolean }): Draft {
  const draft = `${file}.${process.pid}.new`;
  let fd: number;
  try {
    const there = statSync(file, { throwIfNoEntry: false });
    if (there && !there.isFile()) refuse(`${file} is not a file.`, 1);
    if (there && !force)
      refuse(`${file} exists already: give another name, or add -- --force to replace it.`, 1);
    fd = openSync(draft, 'wx', 0o600);
  } catch (error) {
    refuse(unwritable(file, error).message, 1);
  }
  process.once('exit', () => rmSync(draft, { force: true }));
  return {
    output: createWriteStream(draft, { fd, flush: true }),
    keep() {
      try {
        renameSync(draft, file);
      } catch (error) {
        throw unwritable(file, error);
      }
    },
  };
}

/** What is said of an error of the system while the file is written; another error stays what it is. */
export function explainWriting(file: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall === 'write' || syscall === 'fsync' || code === 'ENOSPC' ? unwritable(file, error) : error;
}

/** What is said of a file that is not restored; another error stays what it is. */
export function explainReading(file: string, error: unknown): unknown {
  if (error instanceof BackupFault) return new Error(`${file} ${error.message}. Nothing was restored.`);
  const { syscall } = error as NodeJS.ErrnoException;
  if (syscall !== 'open' && syscall !== 'read') return error;
  return codeOf(error) === 'ENOENT' ? new Error(`${file} does not exist.`) : unreadable(file, error);
}
