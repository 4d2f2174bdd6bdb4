import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './environment.ts';

/** SESSION_SECRET, or one generated once and kept in DATA_DIR. */
export const sessionSecret = ({ sessionSecret: given, dataDirectory }: Environment): string =>
  given ?? keptSecret(dataDirectory, 'session-secret');

/** A secret of this name that is kept in the folder, readable by its owner alone: generated the first time. */
export function keptSecret(dataDirectory: string, name: string): string {
  const file = join(dataDirectory, name);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    mkdirSync(dataDirectory, { recursive: true });
    const secret = randomBytes(48).toString('base64url');
    try {
      writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: 'wx' });
      return secret;
    } catch {
      // Another process of the same start wrote it first.
      return readFileSync(file, 'utf8').trim();
    }
  }
}
