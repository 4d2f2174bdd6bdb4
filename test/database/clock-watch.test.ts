import assert from 'node:assert/strict';
import { after, afterEach, before, describe, mock, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger } from '../../src/config/logger.ts';
import { watchClock } from '../../src/database/clock-watch.ts';
import { explainFailure } from '../../src/database/failure.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

const MINUTE = 60_000;
/** Milliseconds between two comparisons. */
const OFTEN = 10;

describe('the clock of this machine beside that of the database', () => {
  let database: TestDatabase;
  let watch: Awaited<ReturnType<typeof watchClock>> | undefined;
  let lines: { level: number; msg: string; seconds: number }[] = [];

  before(async () => {
    database = await createTestDatabase({ template: 'empty' });
  });
  afterEach(() => {
    watch?.stop();
    mock.restoreAll();
    lines = [];
  });
  after(() => database.drop());

  function setClock(minutes: number): void {
    mock.restoreAll();
    const now = Date.now.bind(Date);
    mock.method(Date, 'now', () => now() + minutes * MINUTE);
  }

  const start = () =>
    watchClock(
      {
        db: database.db,
        logger: createLogger('info', { write: (line) => void lines.push(JSON.parse(line)) }),
      },
      OFTEN,
    );

  /** Waits until the clocks were compared, since this many minutes lie between them, and several times more. */
  async function compared(minutes: number): Promise<void> {
    while (Math.round((watch?.difference() ?? 0) / 60) !== minutes) await sleep(OFTEN);
    await sleep(10 * OFTEN);
  }

  const told = () => lines.splice(0).map(({ level, msg, seconds }) => [level, Math.round(seconds / 60), msg]);

  test('the same: measured, and nothing is said', async () => {
    watch = await start();
    await compared(0);
    assert.equal(watch.isWrong(), false);
    assert.deepEqual(told(), []);
  });

  test('above a minute: told once, and once that it is over', async () => {
    watch = await start();
    setClock(-2);
    await compared(-2);
    assert.equal(watch.isWrong(), false);
    assert.deepEqual(told(), [[40, -2, 'the clock of this machine and that of the database differ']]);
    setClock(0);
    await compared(0);
    assert.deepEqual(told(), [[40, 0, 'the clock of this machine and that of the database agree again']]);
  });

  test('above ten minutes: wrong, as long as it lasts', async () => {
    watch = await start();
    setClock(30);
    await compared(30);
    assert.equal(watch.isWrong(), true);
    const [line, ...others] = told();
    assert.deepEqual(others, []);
    assert.match(String(line), /^40,30,.* acts are refused$/);
    setClock(5);
    await compared(5);
    assert.equal(watch.isWrong(), false);
  });

  for (const [minutes, sentence] of [
    [-30, /^The clock of this machine is 30 minutes behind the database's: set [^\n]+\.$/],
    [45, /^The clock of this machine is 45 minutes ahead of the database's: set [^\n]+\.$/],
  ] as const) {
    test(`${minutes} minutes at the start: refused in one sentence`, async () => {
      setClock(minutes);
      await assert.rejects(start(), (error) => {
        assert.match(explainFailure(error) ?? '', sentence);
        return true;
      });
    });
  }

  test('a database away is no difference: what was known holds', async () => {
    watch = await start();
    setClock(30);
    await compared(30);
    mock.method(database.db, 'raw', () => Promise.reject(new Error('away')));
    await sleep(5 * OFTEN);
    assert.equal(watch.isWrong(), true);
    assert.ok(lines.some(({ msg }) => msg === 'the clocks were not compared'));
  });
});
