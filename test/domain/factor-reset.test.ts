import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judgeAccountAct } from '../../src/domain/account-acts.ts';
import { isBeyond } from '../../src/domain/acting-upon.ts';
import { isTrusted, resetEffect, resetRefusal } from '../../src/domain/factor-reset.ts';

const organism = (id: number) => ({ id, code: `O-${id}`, name: `Organisme ${id}`, pendingRequests: 0 });
const NOW = new Date('2026-11-22T09:00:00Z');

const ACTORS = {
  ofTheirs: { id: 1, national: null, administers: [organism(1)] },
  ofBoth: { id: 1, national: null, administers: [organism(1), organism(2)] },
  ofAnother: { id: 1, national: null, administers: [organism(3)] },
  ucanss: { id: 1, national: 'administrator', administers: [] },
} as const;

const PEOPLE = {
  agent: { id: 2, national: false, administers: [] },
  coAdministrator: { id: 2, national: false, administers: [1] },
  ofTwo: { id: 2, national: false, administers: [1, 2] },
  national: { id: 2, national: true, administers: [] },
} as const;

/** Whose second factor whom may reset, and when it takes effect (R89, P9). */
const EXPECTED: Readonly<Record<keyof typeof ACTORS, Readonly<Record<keyof typeof PEOPLE, string>>>> = {
  ofTheirs: { agent: 'at once', coAdministrator: 'trusted', ofTwo: 'beyond', national: 'beyond' },
  ofBoth: { agent: 'at once', coAdministrator: 'trusted', ofTwo: 'trusted', national: 'beyond' },
  // P5 refuses the first before anything is judged.
  ofAnother: { agent: 'at once', coAdministrator: 'beyond', ofTwo: 'beyond', national: 'beyond' },
  ucanss: { agent: 'at once', coAdministrator: 'a day later', ofTwo: 'a day later', national: 'a day later' },
};

describe('R89: whose second factor is reset by whom', () => {
  for (const [name, actor] of Object.entries(ACTORS)) {
    for (const [whose, person] of Object.entries(PEOPLE)) {
      test(`${name}, of ${whose}`, () => {
        const fault = judgeAccountAct('resetFactor', {
          ...{ actor, person: { id: person.id, active: true }, hasFactor: true },
          ...{ beyond: isBeyond(actor, person), trusted: isTrusted(person) },
        });
        const hours = (resetEffect(isTrusted(person), NOW).getTime() - NOW.getTime()) / 3_600_000;
        assert.ok(hours === 0 || hours === 24);
        const found = fault ?? (hours === 0 ? 'at once' : 'a day later');
        assert.equal(found, EXPECTED[name as keyof typeof ACTORS][whose as keyof typeof PEOPLE]);
      });
    }
  }

  test('P1: never one’s own; nor of a closed account, nor where there is none', () => {
    const actor = ACTORS.ucanss;
    const of = (person: object, more = {}) =>
      judgeAccountAct('resetFactor', { actor, person: { id: 2, active: true, ...person }, ...more });
    assert.equal(of({ id: 1 }), 'own_factor');
    assert.equal(of({ active: false }), 'already_inactive');
    assert.equal(of({}, { hasFactor: false }), 'no_factor');
    assert.equal(of({}), null, 'what is not known forbids nothing');
  });
});

describe('« Ce n’est pas moi » of a reset', () => {
  const at = (endedAt: string | null, state: 'waiting' | 'done' | 'stopped' | 'ended') =>
    resetRefusal({ state, endedAt: endedAt === null ? null : new Date(endedAt) }, NOW);

  test('stops what waits, puts back what was done for seven days, and then nothing', () => {
    assert.equal(at(null, 'waiting'), 'stops');
    assert.equal(at('2026-11-15T09:00:00.001Z', 'done'), 'puts_back');
    assert.equal(at('2026-11-15T09:00:00.000Z', 'done'), null);
    for (const state of ['stopped', 'ended'] as const) assert.equal(at(NOW.toISOString(), state), null);
  });
});
