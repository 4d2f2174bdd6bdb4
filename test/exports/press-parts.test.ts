import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { partsTo } from '../../src/exports/press-parts.ts';
import { PART, PARTS_AHEAD, type Said } from '../../src/exports/press-words.ts';
import { eventually } from '../tools/eventually.ts';

/** Writes chunks of these sizes, and takes a part at each turn once as many as may be are ahead. */
async function passOn(sizes: readonly number[]) {
  const said: Extract<Said, { say: 'part' }>[] = [];
  const { output, more } = partsTo({ postMessage: (part: never) => void said.push(part) });
  sizes.forEach((size, at) => {
    output.write(Buffer.alloc(size, at));
  });
  const finished = once(output, 'finish');
  output.end();
  let taken = 0;
  await eventually(() => {
    assert.ok(said.length - taken <= PARTS_AHEAD);
    for (; taken < said.length; taken += 1) more();
    return output.writableFinished;
  });
  await finished;
  return Buffer.concat(said.map(({ bytes }) => bytes));
}

test('what is written comes whole and in order, whatever the sizes of its chunks', async () => {
  const odd = [1, PART, PART / 3, PART + 1, 20, 5 * PART, PART - 1, 1, 2 * PART, 100, PART, PART, PART];
  for (const sizes of [[], [1], odd, [...odd, ...odd.toReversed()], Array<number>(500).fill(1_000)]) {
    const expected = Buffer.concat(sizes.map((size, at) => Buffer.alloc(size, at)));
    assert.ok((await passOn(sizes)).equals(expected));
  }
});
