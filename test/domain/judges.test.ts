import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type AccountSituation, judgeAccountAct } from '../../src/domain/account-acts.ts';
import { judgeMandate, type MandateSituation } from '../../src/domain/mandate.ts';

describe('the judge of acts on an account', () => {
  const actor = { id: 1, national: null };
  const person = { id: 2, active: true, isExecutive: false, organismId: 10 };
  const target = { id: 20, closed: false };
  const situation: AccountSituation = { actor, person, target };

  test('what is not known forbids nothing', () => {
    const unknown = { actor, person: { id: 2 } };
    for (const act of ['deactivate', 'reactivate', 'endSessions', 'attach'] as const)
      assert.equal(judgeAccountAct(act, unknown), null, act);
  });

  test('each act has its own conditions', () => {
    assert.equal(judgeAccountAct('deactivate', situation), null);
    assert.equal(judgeAccountAct('reactivate', situation), 'already_active');
    const inactive = { ...situation, person: { ...person, active: false } };
    assert.equal(judgeAccountAct('reactivate', inactive), null);
    assert.equal(judgeAccountAct('deactivate', inactive), 'already_inactive');
    assert.equal(judgeAccountAct('endSessions', inactive), 'already_inactive');
    assert.equal(judgeAccountAct('attach', inactive), null);
    const executive = { ...situation, person: { ...person, isExecutive: true } };
    assert.equal(judgeAccountAct('attach', executive), 'executive');
    assert.equal(judgeAccountAct('deactivate', executive), null);
    assert.equal(
      judgeAccountAct('attach', { ...situation, target: { ...target, closed: true } }),
      'organism_closed',
    );
    assert.equal(
      judgeAccountAct('attach', { ...situation, target: { id: 10, closed: true } }),
      'already_here',
    );
  });

  test('P1, P9: nobody acts on themselves, nor on somebody beyond', () => {
    for (const act of ['deactivate', 'endSessions', 'attach'] as const) {
      assert.equal(judgeAccountAct(act, { ...situation, actor: { ...actor, id: 2 } }), 'oneself', act);
      assert.equal(judgeAccountAct(act, { ...situation, beyond: true }), 'beyond', act);
    }
  });

  test('P2: the last administrator stops a local administrator, not Ucanss; the last administrateur Ucanss stops all', () => {
    const left = { ...situation, left: ['CAF'] };
    const national = { ...actor, national: 'administrator' as const };
    for (const act of ['deactivate', 'attach'] as const) {
      assert.equal(judgeAccountAct(act, left), 'last_administrator', act);
      assert.equal(judgeAccountAct(act, { ...left, actor: national }), null, act);
    }
    const last = { ...situation, actor: national, lastNational: true };
    assert.equal(judgeAccountAct('deactivate', last), 'last_national');
  });
});

describe('the judge of mandates', () => {
  const held = { endsOn: null };
  const situation: MandateSituation = {
    ...{ actor: { id: 1 }, person: { id: 2, organismId: 10, active: true } },
    organism: { id: 10 },
  };

  test('one is given to an active person of the organism who has none', () => {
    assert.equal(judgeMandate('grant', { ...situation, held: null }), null);
    assert.equal(judgeMandate('grant', { ...situation, held }), 'already');
    assert.equal(judgeMandate('grant', { ...situation, organism: { id: 20 } }), 'elsewhere');
    assert.equal(
      judgeMandate('grant', { ...situation, person: { ...situation.person, active: false } }),
      'inactive',
    );
  });

  test('P1, P2: one’s own is left alone, and so is the last one', () => {
    for (const act of ['grant', 'remove', 'setEnd'] as const)
      assert.equal(judgeMandate(act, { ...situation, held, actor: { id: 2 } }), 'oneself', act);
    assert.equal(judgeMandate('remove', { ...situation, held, isLast: true }), 'last_administrator');
    const last = { ...situation, held: { endsOn: '2027-01-31' }, isLast: true };
    assert.equal(judgeMandate('setEnd', { ...last, endsOn: '2027-02-28' }), 'last_administrator');
    assert.equal(judgeMandate('setEnd', { ...last, endsOn: null }), null);
    assert.equal(judgeMandate('setEnd', last), null, 'no date is asked for yet');
  });

  test('what is gone is neither ended nor dated; the same date changes nothing', () => {
    assert.equal(judgeMandate('remove', { ...situation, held: null }), 'gone');
    assert.equal(judgeMandate('setEnd', { ...situation, held: null, endsOn: null }), 'gone');
    assert.equal(judgeMandate('setEnd', { ...situation, held, endsOn: null }), 'unchanged');
  });
});
