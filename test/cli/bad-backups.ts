import { createHash } from 'node:crypto';

/** What cannot be restored, made from a backup that can: each with what is said of it. */
export function badBackups(bytes: () => Buffer) {
  const altered = (at: number) => {
    const copy = bytes();
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  };
  /** The same with other first lines, sealed anew. */
  const reheaded = (change: (head: string) => string) => {
    const whole = bytes();
    const start = whole.indexOf(10, whole.indexOf(10) + 1) + 1;
    const body = whole.subarray(start, whole.length - 73);
    const text = Buffer.concat([Buffer.from(change(whole.subarray(0, start).toString())), body]);
    return Buffer.concat([
      text,
      Buffer.from(`\nsha256 ${createHash('sha256').update(text).digest('hex')}\n`),
    ]);
  };

  const files: Record<string, readonly [() => Buffer | string, RegExp]> = {
    'cut in the middle': [() => bytes().subarray(0, 20_000), /is cut, or is longer than it was/],
    'cut by one byte': [() => bytes().subarray(0, -1), /is cut, or is longer than it was/],
    'longer by one byte': [
      () => Buffer.concat([bytes(), Buffer.from('x')]),
      /is cut, or is longer than it was/,
    ],
    'altered in the middle': [() => altered(20_000), /was altered/],
    'altered in its seal': [() => altered(bytes().length - 5), /was altered|is cut/],
    'of another kind': [() => 'PGDMP and so on\n', /is not a backup of the portal/],
    empty: [() => '', /is not a backup of the portal/],
    'of a later form': [
      () => reheaded((head) => head.replace(' 1\n', ' 2\n')),
      /newer version of the portal/,
    ],
    'of a newer version': [
      () => reheaded((head) => head.replace('"migrations":[', '"migrations":[["29991231_later.ts",9],')),
      /newer version of the portal, which has 29991231_later\.ts/,
    ],
  };

  return { files, reheaded };
}
