import assert from 'node:assert/strict';
import type { House, Stage } from './account-stage.ts';

/** Two organisms, and the people that acts are about. */
export interface World {
  houses: House[];
  ids: number[];
}

interface EventRow {
  action: string;
  actor_account_id: number | null;
  subject_account_id: number;
  organism_id: number;
  role_id: number;
  details: Record<string, string | null>;
}

/** After any sequence of acts at once: what is written in four places agrees, and P1 to P8 hold. */
export async function checkWorld(stage: Stage, world: World): Promise<void> {
  for (const id of world.ids) await checkPerson(stage, id);
  await checkOrganisms(stage, world);
  await checkTrail(stage, world);
}

async function checkPerson(stage: Stage, id: number): Promise<void> {
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
  const ordinary = rows.filter(({ role_kind }) => role_kind === 'ordinary');
  assert.equal(ordinary.length, times('assignment.granted'), 'P7: one row a grant, and none is deleted');
  const ended = ordinary.filter(({ ended_at }) => ended_at !== null);
  assert.equal(ended.length, times('assignment.removed'), 'the trail tells each removal');
  for (const row of rows.filter(({ ended_at }) => ended_at !== null)) {
    assert.ok(row.ended_by !== null && row.end_kind !== null, 'P7: who ended it, and how');
  }
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
  assert.ok(!held.includes(reserved.id), 'P3: a local administrator grants no reserved role');
  const asked = await stage.db('requests').where({ account_id: id, status: 'pending' });
  assert.ok(
    asked.length <= 1 && asked.every(({ role_id }) => role_id === reserved.id),
    'P3: it is asked once',
  );
  assert.ok(
    asked.every(({ organism_id }) => organism_id === account.organism_id),
    'requests follow the person',
  );
  for (const { role_kind, organism_id } of live) {
    if (role_kind === 'ordinary') continue;
    assert.equal(role_kind, 'local_administrator', 'P3b: no national role comes of this');
    assert.equal(organism_id, account.organism_id, 'P6: the delegation ended where the person left');
  }
  for (const { role_id, ends_on } of live.filter(({ role_kind }) => role_kind === 'ordinary')) {
    const told = events.findLast(
      (event) =>
        event.role_id === role_id &&
        ['assignment.granted', 'assignment.end_date_changed'].includes(event.action),
    );
    const end = told?.action === 'assignment.granted' ? told.details.ends_on : told?.details.to;
    assert.equal(ends_on, end ?? null, 'P8: the end date is the one that the trail tells last');
  }
}

async function checkOrganisms(stage: Stage, { houses }: World): Promise<void> {
  for (const { organism } of houses) {
    const left = await stage
      .db('assignments')
      .join('accounts', 'accounts.id', 'account_id')
      .where({ role_kind: 'local_administrator', 'assignments.organism_id': organism.id, active: true })
      .whereNull('ended_at')
      .whereNull('ends_on');
    assert.ok(left.length >= 1, 'P2: an organism keeps an administrator without an end date');
    const lines = await stage
      .db('batch_lines')
      .join('batches', 'batches.id', 'batch_id')
      .where({ organism_id: organism.id })
      .whereIn('outcome', ['granted', 'removed', 'requested', 'deactivated']);
    const events = await stage
      .db('audit_events')
      .where({ organism_id: organism.id })
      .whereNotNull('batch_id');
    assert.equal(lines.length, events.length, 'R46: as many events as lines that were done');
  }
  const batches = await stage.db('batches').whereIn(
    'organism_id',
    houses.map(({ organism }) => organism.id),
  );
  for (const { id, state, changed, requested, skipped } of batches) {
    const lines = await stage.db('batch_lines').where({ batch_id: id });
    assert.equal(lines.length, changed + requested + skipped, `a ${state} batch is whole, or not begun`);
  }
}

/** P5 and R43: in the order of the trail, everybody acts within their organism, while they may. */
async function checkTrail(stage: Stage, { houses, ids }: World): Promise<void> {
  const administers = new Map(
    houses.flatMap(({ organism, actors }) => actors.map(({ id }) => [id, new Set([organism.id])] as const)),
  );
  const inactive = new Set<number>();
  const events: EventRow[] = await stage.db('audit_events').whereIn('subject_account_id', ids).orderBy('id');
  for (const {
    action,
    actor_account_id: actor,
    subject_account_id: subject,
    organism_id,
    details,
  } of events) {
    if (actor === null) continue;
    assert.ok(!inactive.has(actor), `${action} by somebody who was deactivated`);
    // Attaching ends the delegation of the organism that is left: the only act that reaches outside (P5, P6).
    const reaching =
      action === 'account.left' || (action === 'delegation.removed' && details.cause === 'attached');
    if (!reaching)
      assert.ok(administers.get(actor)?.has(organism_id), `${action} by somebody who was relieved`);
    if (action === 'account.deactivated') inactive.add(subject);
    if (action === 'account.reactivated') inactive.delete(subject);
    if (action === 'delegation.removed') administers.get(subject)?.delete(organism_id);
    if (action === 'delegation.granted') {
      administers.set(subject, (administers.get(subject) ?? new Set()).add(organism_id));
    }
  }
}
