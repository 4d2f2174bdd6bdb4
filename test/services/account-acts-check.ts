import assert from 'node:assert/strict';
import { checkTrail, type EventRow, type World } from './account-acts-trail.ts';
import type { Stage } from './account-stage.ts';

/** What the trail tells of each kind of right. */
const EVENTS = {
  ordinary: { granted: 'assignment.granted', removed: 'assignment.removed' },
  local_administrator: { granted: 'delegation.granted', removed: 'delegation.removed' },
  national: { granted: 'national_role.granted', removed: 'national_role.removed' },
};
const GRANTED = Object.values(EVENTS).map(({ granted }) => granted);

/** What becomes of a line that is undone (R83), one event each. */
const DONE = ['removed', 'restored', 'requested', 'cancelled', 'deactivated', 'reactivated'] as const;

/** After any sequence of acts at once: what is written in four places agrees, and P1 to P8 hold. */
export async function checkWorld(stage: Stage, world: World): Promise<void> {
  for (const id of world.ids) await checkPerson(stage, world, id);
  await checkOrganisms(stage, world, await checkTrail(stage, world));
  if (world.ucanss.length > 0) await checkPortal(stage, world);
}

async function checkPerson(stage: Stage, { ucanss, over }: World, id: number): Promise<void> {
  const account = await stage.db('accounts').where({ id }).first();
  const rows = await stage.db('assignments').where({ account_id: id }).orderBy('id');
  const live = rows.filter(({ ended_at }) => ended_at === null);
  const held = [...new Set(live.map(({ role_id }) => role_id))].sort((one, other) => one - other);
  assert.deepEqual(account.role_ids, held, 'the read model is what is held');

  const events: EventRow[] = await stage
    .db('audit_events')
    .where({ subject_account_id: id })
    .whereNot({ action: 'message.sent' })
    .orderBy('id');
  const times = (...actions: string[]) => events.filter(({ action }) => actions.includes(action)).length;
  const given = rows.filter((row) => !over.includes(row.id) && row.granted_at >= stage.clock.now());
  for (const [kind, { granted, removed }] of Object.entries(EVENTS)) {
    const count = (some: { role_kind: string }[]) =>
      some.filter(({ role_kind }) => role_kind === kind).length;
    assert.equal(count(given), times(granted), `P7: one row a grant, and none is deleted (${kind})`);
    const ended = rows.filter(({ end_kind }) => end_kind !== null && end_kind !== 'expired');
    assert.equal(count(ended), times(removed), `the trail tells each removal (${kind})`);
  }
  for (const row of rows.filter(({ ended_at }) => ended_at !== null)) {
    const isOver = row.end_kind === 'expired';
    assert.ok(row.end_kind !== null && (row.ended_by === null) === isOver, 'P7: who ended it, and how');
    assert.ok(!isOver || over.includes(row.id), 'P8: nothing else was over');
  }
  const expired = rows.filter(({ end_kind }) => end_kind === 'expired');
  assert.equal(expired.length, times('assignment.expired', 'delegation.expired'), 'P8: written once');
  const closed = times('account.deactivated') - times('account.reactivated');
  assert.equal(account.active ? 0 : 1, closed, 'the trail tells the state');
  if (!account.active)
    assert.equal(await stage.sessionsOf(account), 0, 'R43: no session outlives the access');

  // One's own name and function are no right.
  const own = events.filter(({ actor_account_id }) => actor_account_id === id);
  assert.deepEqual(
    own.filter(({ action }) => action !== 'account.updated'),
    [],
    'P1: nobody acts on themselves',
  );
  const reserved = await stage.db('roles').first('id').where({ code: 'sda-administrateur' });
  const nationals = ucanss.map((actor) => actor.id);
  for (const row of rows.filter(({ role_id }) => role_id === reserved.id)) {
    assert.ok(nationals.includes(row.granted_by), 'P3: a local administrator grants no reserved role');
  }
  const asked = await stage.db('requests').where({ account_id: id, status: 'pending' });
  assert.ok(
    asked.length <= 1 && !asked.some(({ role_id }) => role_id !== reserved.id),
    'P3: it is asked once',
  );
  assert.ok(
    !asked.some(({ organism_id }) => organism_id !== account.organism_id),
    'requests follow the person',
  );
  for (const { role_kind, organism_id } of live) {
    if (role_kind !== 'local_administrator') continue;
    assert.equal(organism_id, account.organism_id, 'P6: the delegation ended where the person left');
  }
  const local = given.filter(
    ({ role_kind, granted_by }) => role_kind === 'national' && !nationals.includes(granted_by),
  );
  assert.deepEqual(local, [], 'P3b: no national role comes of a local administrator');
  const inForce = live.filter((row) => !over.includes(row.id));
  for (const { role_id, ends_on } of inForce) {
    const told = events.findLast(
      (event) =>
        event.role_id === role_id && [...GRANTED, 'assignment.end_date_changed'].includes(event.action),
    );
    const end = told?.action === 'assignment.end_date_changed' ? told.details.to : told?.details.ends_on;
    assert.equal(ends_on, end ?? null, 'P8: the end date is the one that the trail tells last');
  }
}

/** `overruled` are the organisms whose administrators Ucanss has stopped, or dated: P2 only warns it. */
async function checkOrganisms(
  stage: Stage,
  { houses }: World,
  overruled: ReadonlySet<number>,
): Promise<void> {
  for (const { organism } of houses) {
    const left = await stage
      .db('assignments')
      .join('accounts', 'accounts.id', 'account_id')
      .where({ role_kind: 'local_administrator', 'assignments.organism_id': organism.id, active: true })
      .whereNull('ended_at')
      .whereNull('ends_on');
    assert.ok(
      left.length >= 1 || overruled.has(organism.id),
      'P2: an organism keeps an administrator without an end date',
    );
    const lines = await stage
      .db('batch_lines')
      .join('batches', 'batches.id', 'batch_id')
      .where({ organism_id: organism.id })
      .whereIn('outcome', ['granted', 'removed', 'requested', 'deactivated', 'reactivated']);
    const undone = await stage
      .db('batch_effects')
      .join('batches', 'batches.id', 'batch_id')
      .where({ organism_id: organism.id })
      .whereIn('undone', [...DONE]);
    const events = await stage
      .db('audit_events')
      .where({ organism_id: organism.id })
      .whereNot({ action: 'message.withdrawn' })
      .whereNotNull('batch_id');
    assert.equal(lines.length + undone.length, events.length, 'R46: as many events as lines that were done');
  }
  const batches = await stage.db('batches').whereIn(
    'organism_id',
    houses.map(({ organism }) => organism.id),
  );
  for (const { id, state, undoes, changed, requested, skipped } of batches) {
    const ofUndo = stage.db('batch_effects').where({ batch_id: undoes }).whereNotNull('undone');
    const lines = await (undoes === null ? stage.db('batch_lines').where({ batch_id: id }) : ofUndo);
    assert.equal(lines.length, changed + requested + skipped, `a ${state} batch is whole, or not begun`);
  }
}

/** P2 of the portal itself binds everyone: nobody could give the profile back. */
async function checkPortal(stage: Stage, { ids }: World): Promise<void> {
  const left = await stage
    .db('assignments')
    .join('accounts', 'accounts.id', 'account_id')
    .join('roles', 'roles.id', 'role_id')
    .whereIn('account_id', ids)
    .where({ code: 'administrateur-ucanss', active: true })
    .whereNull('ended_at')
    .whereNull('ends_on');
  assert.ok(left.length >= 1, 'P2: the portal keeps an administrateur Ucanss without an end date');
}
