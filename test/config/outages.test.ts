import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, mock, test } from 'node:test';
import type { Logger } from 'pino';
import { createLogger } from '../../src/config/logger.ts';

class Away extends Error {
  readonly code = 'ECONNREFUSED';
}

const SECOND = 1_000;

describe('the log of a process whose database is away', () => {
  let lines: {
    level: number;
    msg: string;
    err?: { code?: string; stack?: string };
    [key: string]: unknown;
  }[];
  let logger: Logger;

  beforeEach(() => {
    lines = [];
    const write = (line: string) => void lines.push(JSON.parse(line));
    logger = createLogger('info', { write }, (error) => error instanceof Away);
    mock.timers.enable({ apis: ['setInterval', 'Date'] });
  });

  afterEach(() => mock.timers.reset());

  const refuse = (count: number) => {
    for (let each = 0; each < count; each += 1) {
      logger.child({ req: { id: each } }).error({ err: new Away('no'), res: {} }, 'request errored');
    }
  };
  const messages = () => lines.map(({ msg }) => msg);

  test('the first failure is told without its stack, the others are held back', () => {
    refuse(500);
    logger.warn({ err: new Away('no') }, 'not done');
    assert.equal(lines.length, 1);
    const [line] = lines;
    assert.deepEqual([line?.level, line?.err?.code, line?.err?.stack], [50, 'ECONNREFUSED', undefined]);
    assert.match(line?.msg ?? '', /^request errored: the database is away/);
  });

  test('then once a minute how many, and once that it is over', () => {
    refuse(1);
    for (let second = 1; second <= 150; second += 1) {
      mock.timers.tick(SECOND);
      refuse(10);
      logger.warn({ err: new Away('no') }, 'not done');
    }
    assert.deepEqual(messages().slice(1), ['the database is still away', 'the database is still away']);
    assert.deepEqual([lines[1]?.requests, lines[1]?.others, lines[1]?.seconds], [590, 59, 59]);
    for (let second = 1; second <= 60; second += 1) mock.timers.tick(SECOND);
    assert.deepEqual(messages().slice(3), ['the database is back']);
    assert.equal(lines[3]?.seconds, 150);
    refuse(2);
    assert.match(messages().at(-1) ?? '', /is away/, 'the next outage is told anew');
    assert.equal(lines.length, 5);
  });

  test('whatever else is wrong is told meanwhile, and so is what ends the process', () => {
    refuse(3);
    logger.error({ err: new Error('a fault') }, 'request errored');
    logger.info({ migrations: 2 }, 'schema migrated');
    logger.fatal({ err: new Away('no') }, 'a fault ends the process');
    assert.deepEqual(messages().slice(1), ['request errored', 'schema migrated', 'a fault ends the process']);
    assert.match(lines[1]?.err?.stack ?? '', /a fault/);
  });
});
