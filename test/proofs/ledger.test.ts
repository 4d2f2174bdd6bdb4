import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createStage, first, type Stage } from '../services/account-stage.ts';
import type { Act } from './house/acts.ts';
import { readLedger } from './house/ledger.ts';

const ROLE = 'energie-lecteur';

/** A role given, and what was answered. */
const act = (key: string, status: number): Act => ({
  ...{ kind: 'grant', key, tells: 1, portal: 'portal-1', begun: 0 },
  answer: { status, took: 10, location: '/gestion/comptes', body: '', error: '' },
});

describe('the ledger of the proofs', () => {
  let stage: Stage;
  before(async () => {
    stage = await createStage();
  });
  after(() => stage.drop());

  /** What the ledger says against this act. */
  const faults = async (one: Act) =>
    (await readLedger(stage, [one])).failures.map((failure) => failure.split(': ').slice(1).join(': '));

  /** Gives the role as the portal does, for that reason. */
  async function grantWhole(reason: string): Promise<void> {
    const { actors, organism, scope } = await stage.openHouse(1);
    const { id } = await createAccount(stage.db, { organism: organism.id });
    const order = { accountId: id, role: ROLE, reason, endsOn: null };
    assert.equal((await stage.services.assignments.grant(first(actors), scope, order)).kind, 'granted');
  }

  test('an act that is whole is well, whatever was answered', async () => {
    await grantWhole('Preuve n° 1');
    for (const status of [303, 503, 0]) assert.deepEqual(await faults(act('Preuve n° 1', status)), []);
  });

  test('an act that left nothing is lost where it was acknowledged, and well where it was not', async () => {
    assert.deepEqual(await faults(act('Preuve n° 2', 303)), ['acknowledged, and lost']);
    for (const status of [503, 0]) assert.deepEqual(await faults(act('Preuve n° 2', status)), []);
  });

  test('state without its event or its message, and either without state, is half an act', async () => {
    await grant(stage.db, await createAccount(stage.db), ROLE, { grant_reason: 'Preuve n° 3' });
    assert.match((await faults(act('Preuve n° 3', 503))).join(), /^half-done: state 1\/1, events 0\/1/);
    await grantWhole('Preuve n° 4');
    await stage.db('messages').whereRaw(`data->>'reason' = 'Preuve n° 4'`).delete();
    assert.match((await faults(act('Preuve n° 4', 303))).join(), /^half-done: .*messages 0\/1/);
    await grantWhole('Preuve n° 5');
    await stage.db('assignments').where({ grant_reason: 'Preuve n° 5' }).delete();
    assert.match((await faults(act('Preuve n° 5', 0))).join(), /^half-done: state 0\/1, events 1\/1/);
  });

  test('an act done twice is told', async () => {
    await grantWhole('Preuve n° 6');
    await grantWhole('Preuve n° 6');
    assert.match((await faults(act('Preuve n° 6', 303))).join(), /^done twice: state 2\/1/);
  });

  test('an answer that is neither done nor away is a failure', async () => {
    assert.deepEqual(await faults(act('Preuve n° 7', 500)), ['answered 500 /gestion/comptes']);
    const signedOut = act('Preuve n° 7', 303);
    signedOut.answer.location = '/connexion';
    assert.deepEqual(await faults(signedOut), ['answered 303 /connexion']);
  });
});
