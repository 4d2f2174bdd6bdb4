import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** Room for a hash, a count and the end of a line. */
const FIRST_LINE = 64;

/** What is wrong with a list of breached passwords, as far as its first line shows; undefined where nothing is. */
export function faultOfList(file: string): string | undefined {
  try {
    // Opening something else, a pipe for instance, may wait for ever.
    if (!statSync(file).isFile()) return `${file} is not a file`;
    const start = startOf(file);
    if (start === '') return `${file} is empty`;
    if (/^[\dA-F]{40}:\d+(\r?\n|$)/i.test(start)) return undefined;
    return `${file} does not begin with a line HASH:COUNT, the hash being 40 hexadecimal digits`;
  } catch {
    return `${file} cannot be read`;
  }
}

function startOf(file: string): string {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(FIRST_LINE);
    return buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, FIRST_LINE, 0));
  } finally {
    closeSync(descriptor);
  }
}
