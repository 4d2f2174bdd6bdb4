let last = 0;

/** A number that no other row of this test file has. */
export function next(): number {
  last += 1;
  return last;
}

/** When rows of tests were made, unless told. */
export const SOME_DAY = '2026-03-02T09:00:00.000Z';
