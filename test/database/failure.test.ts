import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isDatabaseAway } from '../../src/database/failure.ts';

const failed = (message: string, more: object = {}) => Object.assign(new Error(message), more);

/** What a database that is away, or that refuses for now, makes pg, knex and the system say. */
const AWAY: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(
    [
      ...['08000', '08006', '53000', '53100', '53200', '53300', '57014', '57P01', '57P02', '57P03', '57P05'],
      ...['25P03', '25P04', '40001', '40P01', '55P03'],
      ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN', 'EHOSTUNREACH'],
    ].map((code) => [code, failed('lost', { code })]),
  ),
  'a socket that is not there': failed('connect ENOENT', { code: 'ENOENT', syscall: 'connect' }),
  terminated: failed('Connection terminated'),
  'terminated in a rollback': failed('ROLLBACK - Connection terminated unexpectedly'),
  'terminated in a statement': failed('select "a - b"\nfrom "c" - Connection terminated unexpectedly'),
  'not queryable': failed('Client has encountered a connection error and is not queryable'),
  closed: failed('BEGIN; - Client was closed and is not queryable'),
  silent: failed('select 1 - Query read timeout'),
  'no connection in time': failed('timeout expired'),
  'the pool is full': Object.assign(new Error('Knex: Timeout'), { name: 'KnexTimeoutError' }),
  'the pool is gone': failed('Unable to acquire a connection'),
  'several addresses': new AggregateError([failed('', { code: 'ECONNREFUSED', syscall: 'connect' })]),
  'a cause': new Error('the commit is unknown', { cause: failed('lost', { code: '57P01' }) }),
  'a cause of a cause': new Error('a', { cause: new Error('b', { cause: failed('timeout expired') }) }),
};

const OTHERS: Readonly<Record<string, unknown>> = {
  'a fault of the program': new TypeError('x is not a function'),
  'a wrong statement': failed('select - column does not exist', { code: '42703' }),
  'a broken constraint, whatever the text says': failed('insert - Query read timeout', { code: '23505' }),
  'words of a person': failed('insert "timeout expired" - invalid input'),
  'a body cut off by its sender': failed('request aborted', { code: 'ECONNABORTED', status: 400 }),
  'a missing file': failed('open', { code: 'ENOENT', syscall: 'open' }),
  'not an error': 'Connection terminated',
  nothing: undefined,
};

describe('a database that is away', () => {
  for (const [name, error] of Object.entries(AWAY)) {
    test(`${name}: it is`, () => assert.equal(isDatabaseAway(error), true));
  }
  for (const [name, error] of Object.entries(OTHERS)) {
    test(`${name}: it is not`, () => assert.equal(isDatabaseAway(error), false));
  }
  test('an error that is its own cause ends', () => {
    const endless = new Error('endless');
    endless.cause = endless;
    assert.equal(isDatabaseAway(endless), false);
  });
});
