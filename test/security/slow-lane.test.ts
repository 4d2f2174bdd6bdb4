import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sideBySide } from '../../src/security/in-turn.ts';
import { LANE_SECONDS, slowLane } from '../../src/security/slow-lane.ts';
import { heldPauses } from '../tools/pauses.ts';

/** Pauses that last no time. */
const none = async () => {};

test('one a second, by the time itself', async () => {
  const slowly = slowLane();
  const start = performance.now();
  const after = await Promise.all([1, 2].map(() => slowly('a', async () => performance.now() - start)));
  // A timer may ring a millisecond early.
  for (const [rank, time] of after.entries()) assert.ok(Number(time) >= 995 * (rank + 1), `${time} ms`);
  assert.equal(LANE_SECONDS, 20);
});

test('in the order they came, each after a pause of its own that begins once the one before is done', async () => {
  const pauses = heldPauses();
  const slowly = slowLane(pauses.pause);
  const done: number[] = [];
  const all = [1, 2, 3].map((rank) => slowly('a', async () => done.push(rank)));
  for (const rank of [1, 2, 3]) {
    await pauses.begun(rank);
    assert.deepEqual(done, [1, 2, 3].slice(0, rank - 1));
    pauses.endOne();
    await all[rank - 1];
  }
  assert.deepEqual(pauses.asked, [1_000, 1_000, 1_000]);
});

test('twenty of one key and a hundred in all wait: the next ones are told that it is full, then let in again', async () => {
  const pauses = heldPauses();
  const slowly = slowLane(pauses.pause);
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
  pauses.endAll();
  assert.ok(!(await Promise.all([...first.slice(0, 20), ...others])).includes('full'));
  assert.equal(done, 100);
  assert.notEqual(await enter('a'), 'full');
});

test('what fails frees its place', async () => {
  const slowly = slowLane(none);
  const failing = Array.from({ length: 20 }, () => slowly('a', () => Promise.reject(new Error('lost'))));
  for (const work of failing) await assert.rejects(work, /lost/);
  assert.equal(await slowly('a', async () => 'done'), 'done');
});

test('whom nobody waits for leaves, wherever in the queue: the place is free at once, and the work is not done', async () => {
  const pauses = heldPauses();
  const slowly = slowLane(pauses.pause);
  const done: number[] = [];
  const gone = Array.from({ length: 20 }, () => new AbortController());
  const all = gone.map(({ signal }, rank) => slowly('a', async () => done.push(rank), signal));
  await pauses.begun(1);
  assert.equal(await slowly('a', none), 'full');
  for (const rank of [0, 5, 19]) gone[rank]?.abort();
  assert.deepEqual(await Promise.all([all[0], all[5], all[19]]), ['gone', 'gone', 'gone']);
  await pauses.begun(2);
  const later = [20, 21, 22].map((rank) => slowly('a', async () => done.push(rank)));
  assert.equal(await slowly('a', none), 'full');
  assert.equal(await slowly('a', none, AbortSignal.abort()), 'gone');
  pauses.endAll();
  await Promise.all([...all, ...later]);
  assert.deepEqual(
    done,
    Array.from({ length: 23 }, (_, rank) => rank).filter((rank) => ![0, 5, 19].includes(rank)),
  );
  assert.equal(pauses.asked.length, 1 + 20, 'the one that left at its turn had begun its pause');
});

test('a pause that fails frees its place, and says why', async () => {
  const slowly = slowLane(() => Promise.reject(new Error('no time')));
  for (let attempt = 0; attempt <= 20; attempt += 1) await assert.rejects(slowly('a', none), /no time/);
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
