import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  formatDate,
  formatDateTime,
  formatInstant,
  instantCell,
  plural,
  relativeDate,
} from '../../src/presenters/format.ts';

describe('what is written in French', () => {
  test('zero and one are singular; from two on it is plural', () => {
    const told = [0, 1, 2, 57, 1_234].map((count) => plural(count, 'demande', 'demandes'));
    assert.deepEqual(
      told.map((text) => text.replace(/\s/g, ' ')),
      ['0 demande', '1 demande', '2 demandes', '57 demandes', '1 234 demandes'],
    );
  });

  /** The same instants, as clocks in Paris have them, and not those of UTC or of the machine. */
  const IN_PARIS: Record<string, readonly [day: string, time: string]> = {
    '2026-11-22T22:30:00Z': ['22/11/2026', '23:30'],
    '2026-11-22T23:30:00Z': ['23/11/2026', '00:30'],
    '2026-07-14T21:30:00Z': ['14/07/2026', '23:30'],
    '2026-07-14T22:30:00Z': ['15/07/2026', '00:30'],
    '2026-12-31T23:30:00Z': ['01/01/2027', '00:30'],
  };
  for (const [instant, [day, time]] of Object.entries(IN_PARIS)) {
    test(`${instant} is the ${day} at ${time} in Paris`, () => {
      const at = new Date(instant);
      assert.equal(formatDate(at), day);
      assert.equal(formatDateTime(at), `${day} à ${time}`);
      assert.equal(formatInstant(at), `${day} à ${time}:00`);
      assert.equal(instantCell(at), `${day.split('/').reverse().join('-')} ${time}`);
    });
  }

  test('a day is a day of the calendar in Paris: a minute past midnight it was yesterday', () => {
    const evening = new Date('2026-11-22T22:59:00Z');
    assert.equal(relativeDate(evening, new Date('2026-11-22T22:59:30Z')), 'aujourd’hui');
    assert.equal(relativeDate(evening, new Date('2026-11-22T23:01:00Z')), 'hier');
  });
});
