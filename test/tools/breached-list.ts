import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';

/** How a list is written, where it is not as Have I Been Pwned's downloader does it. */
interface Style {
  end?: string;
  lower?: boolean;
  /** What stands after the last hash and its count. */
  last?: string;
}

/** The SHA-1 hash of a text, as lists write it. */
export const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex').toUpperCase();

/** Writes a list of these hashes, in their order, each with another count. */
export function writeList(file: string, hashes: readonly string[], style: Style = {}): void {
  const { end = '\r\n', lower = false, last = end } = style;
  const lines = hashes
    .toSorted()
    .map((hash, at) => `${lower ? hash.toLowerCase() : hash}:${(at * 7) ** 3 + 1}`);
  writeFileSync(file, lines.join(end) + last);
}
