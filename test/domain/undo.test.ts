import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Actor } from '../../src/domain/actor.ts';
import type { BatchOutcome } from '../../src/domain/batch.ts';
import type { Role } from '../../src/domain/role.ts';
import { type Effect, judgeUndo, type UndoFacts, undoableUntil, undoFault } from '../../src/domain/undo.ts';

const HERE = { id: 7, code: 'CAF-391', name: 'CAF du Jura', pendingRequests: 0 };
const TODAY = '2026-12-10';
const LOCAL: Actor = {
  ...{ id: 1, email: 'a@test.fr', lastName: 'A', firstName: 'B', organismId: 7, organismName: HERE.name },
  ...{
    isExecutive: false,
    administers: [HERE],
    national: null,
    nationalPendingRequests: 0,
    failedMessages: 0,
  },
};
const UCANSS: Actor = { ...LOCAL, id: 2, administers: [], national: 'administrator' };
const ROLE: Role = {
  ...{ id: 3, code: 'r', label: 'R', kind: 'ordinary', validator: 'local_administrator' },
  ...{ requestMode: 'online', closed: false },
};
const RESERVED: Role = { ...ROLE, validator: 'ucanss' };
const DELEGATION: Role = { ...ROLE, kind: 'local_administrator', requestMode: 'none' };
const PERSON = { id: 9, organismId: 7, active: true, isExecutive: false, closedByUcanss: false };
const CLOSED = { ...PERSON, active: false };
const RIGHT = { organismId: null, ended: false, endsOn: null, followed: false };
const MANDATE = { ...RIGHT, organismId: 7 };
const NOBODY: ReadonlySet<number> = new Set();
const NINE: ReadonlySet<number> = new Set([9]);
const LAST: ReadonlyMap<number, number[]> = new Map([[9, [7]]]);

const EFFECT: Effect = {
  ...{ action: '', person: PERSON, role: null, right: null, givenUntil: null, request: null },
  ...{ waits: false, held: false, touched: false, previous: null, former: null },
};
const FACTS: UndoFacts = {
  ...{ actor: LOCAL, organismId: 7, today: TODAY, beyond: NOBODY, last: new Map() },
  ...{ lastNational: NOBODY, moved: NOBODY },
};

type Case = [BatchOutcome, Partial<Effect>, Partial<UndoFacts>?];
const given = { role: ROLE, right: RIGHT };
const taken = { role: ROLE, right: { ...RIGHT, ended: true } };
const refused = { role: ROLE, request: { kind: 'role', status: 'refused' } } as const;

const FORMER = { id: 8, name: 'CAF de Paris', closed: false };
const OFFICE = { civility: null, functionTitle: 'Cadre', isExecutive: false } as const;

const CASES: Record<string, Case[]> = {
  'account.nominated': [
    ['office_restored', { previous: OFFICE }],
    ['attached', { previous: OFFICE }, { moved: NINE }],
    ['changed_since', { previous: OFFICE, touched: true }],
    ['changed_since', {}],
    ['oneself', { previous: OFFICE, person: { ...PERSON, id: 1 } }],
  ],
  'assignment.granted': [
    ['removed', given],
    ['removed', { role: RESERVED, right: RIGHT }],
    ['changed_since', { role: ROLE, right: { ...RIGHT, ended: true } }],
    ['changed_since', { role: ROLE, right: { ...RIGHT, endsOn: '2027-01-01' } }],
    ['removed', { role: ROLE, right: { ...RIGHT, endsOn: '2027-01-01' }, givenUntil: '2027-01-01' }],
    ['expired_since', { role: ROLE, right: { ...RIGHT, endsOn: '2026-12-09' }, givenUntil: '2026-12-09' }],
    ['moved', { ...given, person: { ...PERSON, organismId: 8 } }],
    ['removed', { ...given, person: { ...PERSON, organismId: 8 } }, { organismId: null, actor: UCANSS }],
    ['oneself', given, { actor: { ...LOCAL, id: 9 } }],
    ['oneself', given, { actor: { ...UCANSS, id: 9 } }],
    ['changed_since', { person: null }],
  ],
  'assignment.removed': [
    ['restored', taken],
    ['changed_since', { role: ROLE, right: { ...RIGHT, ended: true, followed: true } }],
    ['restored', { role: ROLE, right: { ...RIGHT, ended: true, endsOn: TODAY } }],
    ['expired_since', { role: ROLE, right: { ...RIGHT, ended: true, endsOn: '2026-12-09' } }],
    ['inactive', { ...taken, person: CLOSED }],
    ['moved', { ...taken, person: { ...PERSON, organismId: 8 } }],
    ['not_grantable', { ...taken, role: { ...ROLE, closed: true } }],
    ['not_grantable', { ...taken, role: { ...ROLE, validator: 'free' } }],
    ['requested', { ...taken, role: RESERVED }],
    ['already_requested', { ...taken, role: RESERVED, waits: true }],
    ['restored', { ...taken, role: RESERVED }, { actor: UCANSS }],
    ['oneself', taken, { actor: { ...LOCAL, id: 9 } }],
  ],
  'delegation.granted': [
    ['removed', { role: DELEGATION, right: MANDATE }],
    ['removed', { role: DELEGATION, right: MANDATE, person: { ...PERSON, organismId: 8 } }],
    ['last_administrator', { role: DELEGATION, right: MANDATE }, { last: LAST }],
    ['oneself', { role: DELEGATION, right: MANDATE }, { actor: { ...LOCAL, id: 9 } }],
    ['changed_since', { role: DELEGATION, right: { ...MANDATE, ended: true } }],
  ],
  'delegation.removed': [
    ['restored', { role: DELEGATION, right: MANDATE }],
    ['moved', { role: DELEGATION, right: MANDATE, person: { ...PERSON, organismId: 8 } }],
    ['inactive', { role: DELEGATION, right: MANDATE, person: CLOSED }],
    ['oneself', { role: DELEGATION, right: MANDATE }, { actor: { ...LOCAL, id: 9 } }],
  ],
  'account.deactivated': [
    ['reactivated', { person: CLOSED }],
    ['changed_since', { person: PERSON }],
    ['changed_since', { person: CLOSED, touched: true }],
    ['closed_by_ucanss', { person: { ...CLOSED, closedByUcanss: true } }],
    ['reactivated', { person: { ...CLOSED, closedByUcanss: true } }, { actor: UCANSS }],
    ['beyond', { person: CLOSED }, { beyond: NINE }],
    ['moved', { person: { ...CLOSED, organismId: 8 } }],
    ['oneself', { person: CLOSED }, { actor: { ...LOCAL, id: 9 } }],
  ],
  'account.reactivated': [
    ['deactivated', {}],
    ['changed_since', { person: CLOSED }],
    ['changed_since', { touched: true }],
    ['beyond', {}, { beyond: NINE }],
    ['last_administrator', {}, { last: LAST }],
    ['last_national', {}, { lastNational: NINE }],
    ['oneself', {}, { actor: { ...LOCAL, id: 9 } }],
    ['moved', { person: { ...PERSON, organismId: 8 } }],
  ],
  'account.created': [
    ['deactivated', {}],
    ['used_since', { touched: true }],
    ['changed_since', { person: CLOSED }],
  ],
  'request.submitted': [
    ['cancelled', { request: { kind: 'role', status: 'pending' } }],
    ['changed_since', { request: { kind: 'role', status: 'accepted' } }],
    ['moved', { request: { kind: 'role', status: 'pending' }, person: { ...PERSON, organismId: 8 } }],
  ],
  'request.refused': [
    ['asked_again', refused],
    ['already_requested', { ...refused, waits: true }],
    ['already_held', { ...refused, held: true }],
    ['not_grantable', { ...refused, role: { ...ROLE, closed: true } }],
    ['inactive', { ...refused, person: CLOSED }],
    ['asked_again', { request: { kind: 'account', status: 'refused' }, person: null }],
    ['changed_since', { request: { kind: 'account', status: 'refused' }, person: null, touched: true }],
    ['address', { request: { kind: 'address', status: 'refused' } }],
    ['record', { request: { kind: 'correction', status: 'refused' } }],
  ],
  'account.email_changed': [['address', {}]],
  'account.updated': [['record', {}]],
  'account.attached': [
    ['moved_back', { former: FORMER }, { actor: UCANSS }],
    ['attached', { former: { ...FORMER, closed: true } }, { actor: UCANSS }],
    ['changed_since', { former: FORMER, touched: true }, { actor: UCANSS }],
    ['changed_since', {}, { actor: UCANSS }],
    ['oneself', { former: FORMER, person: { ...PERSON, id: 2 } }, { actor: UCANSS }],
    ['beyond', { former: FORMER }],
  ],
};

describe('R83: what becomes of a line whose batch is undone', () => {
  for (const [action, cases] of Object.entries(CASES)) {
    test(action, () => {
      for (const [outcome, effect, facts] of cases) {
        const judged = judgeUndo({ ...EFFECT, action, ...effect }, { ...FACTS, ...facts });
        assert.equal(judged, outcome, JSON.stringify([effect, facts]));
      }
    });
  }

  test('of the batch as a whole: once, for seven days, where it knows what it changed', () => {
    const batch = {
      createdAt: new Date('2026-12-03T22:59:00Z'),
      changed: 2,
      requested: 0,
      known: true,
      undone: false,
      underWay: false,
      planned: 0,
    };
    assert.equal(undoableUntil(batch), TODAY);
    assert.equal(undoFault(batch, TODAY), null);
    assert.equal(undoFault(batch, '2026-12-11'), 'too_late');
    assert.equal(undoFault({ ...batch, undone: true }, TODAY), 'undone');
    assert.equal(undoFault({ ...batch, underWay: true }, TODAY), 'under_way');
    assert.equal(undoFault({ ...batch, known: false }, TODAY), 'unknown');
    assert.equal(undoFault({ ...batch, changed: 0, known: false }, TODAY), 'nothing');
    assert.equal(undoFault({ ...batch, changed: 0, requested: 1 }, TODAY), null);
    assert.equal(undoFault({ ...batch, changed: 0, known: false, planned: 1 }, TODAY), null);
    // One minute later it is the next day in Paris.
    assert.equal(undoableUntil({ createdAt: new Date('2026-12-03T23:00:00Z') }), '2026-12-11');
  });
});
