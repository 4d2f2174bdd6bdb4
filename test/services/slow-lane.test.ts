import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sideBySide } from '../../src/services/in-turn.ts';
import { slowLane } from '../../src/services/slow-lane.ts';

test('twenty of one key and a hundred in all wait: the next ones are told that it is full, then let in again', async () => {
  const slowly = slowLane(5);
  let done = 0;
  const enter = (key: string) =>
    slowly(key, async () => {
      done += 1;
    });
  const of = (key: string, count: number) => Array.from({ length: count }, () => enter(key));
  const first = of('a', 21);
  assert.equal(await first[20], 'full');
  const others = ['b', 'c', 'd', 'e'].flatMap((key) => of(key, 20));
  assert.equal(await enter('f'), 'full', 'a hundred wait');
  assert.ok(!(await Promise.all([...first.slice(0, 20), ...others])).includes('full'));
  assert.equal(done, 100);
  assert.notEqual(await enter('a'), 'full');
});

test('what fails frees its place', async () => {
  const slowly = slowLane(1);
  const failing = Array.from({ length: 20 }, () => slowly('a', () => Promise.reject(new Error('lost'))));
  for (const work of failing) await assert.rejects(work, /lost/);
  assert.equal(await slowly('a', async () => 'done'), 'done');
});

test('works of one key run side by side up to so many, whatever fails', async () => {
  const few = sideBySide(3);
  let running = 0;
  let most = 0;
  const work = async (rank: number) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 2));
    running -= 1;
    if (rank % 4 === 0) throw new Error('lost');
    return rank;
  };
  const settled = await Promise.allSettled(
    Array.from({ length: 20 }, (_, rank) => few('a', () => work(rank))),
  );
  assert.equal(most, 3);
  assert.equal(settled.filter(({ status }) => status === 'fulfilled').length, 15);
  assert.equal(await few('a', async () => 'again'), 'again');
});
