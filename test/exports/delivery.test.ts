import assert from 'node:assert/strict';
import type { Writable } from 'node:stream';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Unread } from '../../src/domain/errors.ts';
import { writeCsv } from '../../src/exports/csv.ts';
import { begun, inSlices } from '../../src/exports/delivery.ts';
import { writeReport } from '../../src/exports/report/report.ts';
import { writeWorkbook } from '../../src/exports/workbook.ts';
import type { Batches, Row, WriterOptions } from '../../src/presenters/table.ts';
import {
  endlessPeople,
  heading,
  memory,
  neverStopped,
  people,
  peopleColumns,
  source,
  stuck,
} from './tools.ts';

// Rows this alike fill the megabyte that a workbook keeps, compressed, on its way; without end they pass any number.
const TOO_MANY_ROWS = 400_000;

/** The longest that another request waits for its turn: milliseconds, and rows. */
const LONGEST_TURN = { time: 0.5, rows: 500 };

type More = Omit<WriterOptions, 'signal'>;
type Write = (output: Writable, rows: Batches, signal: AbortSignal, more?: More) => Promise<void>;

const writers: Record<string, Write> = {
  workbook: (output, rows, signal, more) =>
    writeWorkbook(output, [{ name: 'Personnes', columns: peopleColumns, rows }], {
      ...{ about: heading, signal },
      ...more,
    }),
  report: (output, rows, signal, more) =>
    writeReport(
      output,
      { ...heading, describeCount: String, columns: peopleColumns, rows },
      { signal, ...more },
    ),
  csv: (output, rows, signal, more) => writeCsv(output, peopleColumns, rows, { signal, ...more }),
};

/** Waits until a source is no longer read, or clearly too much. */
async function stalled(state: { read: number }): Promise<number> {
  for (let before = -1; before !== state.read && before < TOO_MANY_ROWS; ) {
    before = state.read;
    await pause(300);
  }
  return state.read;
}

for (const [name, write] of Object.entries(writers)) {
  describe(`the ${name} writer`, () => {
    test('stops when its signal aborts, with the reason, and gives the rows back', async () => {
      const { output } = memory();
      const stop = new AbortController();
      const endless = source(endlessPeople());
      const writing = write(output, endless.rows, stop.signal);
      setTimeout(() => stop.abort(new Error('parti')), 50);
      await assert.rejects(writing, { message: 'parti' });
      assert.equal(output.destroyed, true);
      assert.equal(endless.returned, true);
    });

    test('does not wait for a row that never comes', async () => {
      const { output } = memory();
      const never: Batches = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) };
      await assert.rejects(write(output, never, AbortSignal.timeout(50)), { name: 'TimeoutError' });
    });

    test('reads nothing when it is too late', async () => {
      const endless = source(endlessPeople());
      await assert.rejects(write(memory().output, endless.rows, AbortSignal.abort()), { name: 'AbortError' });
      assert.equal(endless.read, 0);
    });

    test('stops when the output closes', async () => {
      const { output } = memory();
      const endless = source(endlessPeople());
      const writing = write(output, endless.rows, neverStopped());
      setTimeout(() => output.destroy(), 50);
      await assert.rejects(writing, { name: 'AbortError' });
      assert.equal(endless.returned, true);
    });

    test('stops when the output fails', async () => {
      const { output } = memory();
      const endless = source(endlessPeople());
      const writing = write(output, endless.rows, neverStopped());
      setTimeout(() => output.destroy(new Error('disque plein')), 50);
      await assert.rejects(writing, { message: 'disque plein' });
      assert.equal(endless.returned, true);
    });

    test('fails with its rows, leaving no file that looks whole', async () => {
      const { output } = memory();
      async function* failing() {
        // More than a report reads before it writes anything.
        yield people(1_500);
        throw new Error('base arrêtée');
      }
      await assert.rejects(write(output, failing(), neverStopped()), { message: 'base arrêtée' });
      assert.equal(output.destroyed, true);
      assert.equal(output.writableFinished, false);
    });

    test('fails when nobody takes what it wrote, in the time that it is given', async () => {
      const output = stuck();
      const endless = source(endlessPeople());
      await assert.rejects(write(output, endless.rows, neverStopped(), { unread: 100 }), Unread);
      assert.equal(output.destroyed, true);
      assert.equal(endless.returned, true);
    });

    test('lets go of its rows once the last is read, before the end of the file', async () => {
      const { output, content } = memory();
      let before = -1;
      const rowsRead = async () => {
        await pause(20);
        before = content().length;
        assert.equal(output.writableEnded, false);
      };
      await write(output, source(people(50)).rows, neverStopped(), { rowsRead });
      assert.ok(before > 0 && before <= content().length);
      assert.equal(output.writableFinished, true);
    });

    test('stops reading while nobody takes what it wrote', async () => {
      const stop = new AbortController();
      const endless = source(endlessPeople());
      const writing = write(stuck(), endless.rows, stop.signal);
      const ended = assert.rejects(writing, { name: 'AbortError' });
      const read = await stalled(endless);
      stop.abort();
      await ended;
      assert.ok(read < TOO_MANY_ROWS, `${read} rows were read for an output that takes none`);
    });

    test(`lets others have their turn every ${LONGEST_TURN.rows} rows`, async () => {
      const batch = 50;
      const many = source(people(10_000), batch);
      const turns = watchTurns(() => many.read);
      await write(memory().output, many.rows, neverStopped());
      const most = Math.max(...turns.stop());
      assert.ok(most <= LONGEST_TURN.rows + batch, `${most} rows without a turn`);
    });
  });
}

/** How much the count grew between two turns of the event loop, from now until `stop`. */
function watchTurns(count: () => number) {
  const growth: number[] = [];
  let last = count();
  let next: NodeJS.Immediate;
  const turn = (): void => {
    growth.push(count() - last);
    last = count();
    next = setImmediate(turn);
  };
  next = setImmediate(turn);
  return {
    stop(): number[] {
      clearImmediate(next);
      return [...growth, count() - last];
    },
  };
}

/** The rows that `inSlices` gives between two turns, where each look at the clock finds it this much later. */
async function rowsATurn(step: number): Promise<number> {
  let [time, given] = [0, 0];
  const turns = watchTurns(() => given);
  const slices = inSlices(source(people(2_000)).rows, neverStopped(), () => {
    time += step;
    return time;
  });
  for await (const slice of slices) given += slice.length;
  return Math.max(...turns.stop());
}

test('rows that take long are given by one slice a turn, others until half a millisecond or 500 have passed', async () => {
  assert.equal(await rowsATurn(LONGEST_TURN.time), 10);
  assert.equal(await rowsATurn(LONGEST_TURN.time / 4), 40);
  assert.equal(await rowsATurn(0), LONGEST_TURN.rows);
});

describe('rows of which the first are read', () => {
  test('are the same rows', async () => {
    for (const count of [0, 3, 5]) {
      const read: Row[] = [];
      for await (const rows of await begun(source(people(count), 3).rows, neverStopped())) read.push(...rows);
      assert.deepEqual(read, people(count));
    }
  });

  test('fail before anything is written', async () => {
    const next = () => Promise.reject(new Error('base arrêtée'));
    const failing: Batches = { [Symbol.asyncIterator]: () => ({ next }) };
    await assert.rejects(begun(failing, neverStopped()), { message: 'base arrêtée' });
  });

  test('do not wait longer than their signal', async () => {
    const never: Batches = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }) };
    await assert.rejects(begun(never, AbortSignal.timeout(50)), { name: 'TimeoutError' });
  });

  test('are given back by who stops early', async () => {
    const endless = source(endlessPeople());
    for await (const rows of await begun(endless.rows, neverStopped())) {
      assert.ok(rows.length > 0);
      break;
    }
    assert.equal(endless.returned, true);
  });
});
