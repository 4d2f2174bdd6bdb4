import assert from 'node:assert/strict';
import type { Actor } from '../../src/domain/actor.ts';
import type { House, Stage } from './account-stage.ts';

/** Two organisms, who administers the portal, and the people that acts are about. */
export interface World {
  houses: House[];
  ucanss: Actor[];
  ids: number[];
  /** Rights that were over before the acts, although nobody had written it. */
  over: number[];
}

export interface EventRow {
  action: string;
  actor_account_id: number | null;
  subject_account_id: number;
  organism_id: number;
  role_id: number;
  details: Record<string, string | null>;
}

/** Acts upon a person, and those that may stop an administrator. */
const UPON = ['account.attached', 'account.deactivated', 'account.reactivated', 'account.updated'];
const STOPPING = ['account.left', 'account.deactivated', 'delegation.removed', 'assignment.end_date_changed'];

/**
 * P5, P9 and R43: in the order of the trail, everybody acts within their organism, while they may, upon whom they may.
 * Returns the organisms whose administrators Ucanss has stopped, or dated.
 */
export async function checkTrail(stage: Stage, world: World): Promise<ReadonlySet<number>> {
  const { id: administrator } = await stage.db('roles').first('id').where({ code: 'administrateur-ucanss' });
  const rights = replay(world, administrator);
  const overruled = new Set<number>();
  const events: EventRow[] = await stage
    .db('audit_events')
    .whereIn('subject_account_id', world.ids)
    .orderBy('id');
  for (const event of events) {
    if (event.actor_account_id !== null) checkActor(event, event.actor_account_id, rights);
    if (rights.isOfUcanss(event.actor_account_id) && STOPPING.includes(event.action)) {
      for (const stopped of rights.administers(event.subject_account_id)) overruled.add(stopped);
    }
    rights.follow(event);
  }
  return overruled;
}

function checkActor(
  { action, subject_account_id: subject, organism_id, details }: EventRow,
  actor: number,
  rights: Rights,
): void {
  assert.ok(!rights.isInactive(actor), `${action} by somebody who was deactivated`);
  // An act was let in by one hat, and stands by that one.
  if (rights.isOfUcanss(actor)) {
    assert.ok(rights.administersPortal(actor), `${action} by a former administrateur Ucanss`);
    return;
  }
  // Attaching ends the delegation of the organism that is left: the only act that reaches outside (P5, P6).
  const reaching =
    action === 'account.left' || (action === 'delegation.removed' && details.cause === 'attached');
  assert.ok(reaching || rights.administers(actor).has(organism_id), `${action} by somebody who was relieved`);
  assert.ok(!UPON.includes(action) || !rights.isNational(subject), `P9: ${action} upon a national profile`);
}

type Rights = ReturnType<typeof replay>;

/** Who holds what beyond ordinary roles, event after event. */
function replay({ houses, ucanss }: World, administrator: number) {
  const letIn = new Set<number | null>(ucanss.map(({ id }) => id));
  const inactive = new Set<number>();
  const delegations = new Map<number, Set<number>>(
    houses.flatMap(({ organism, actors }) => actors.map(({ id }) => [id, new Set([organism.id])] as const)),
  );
  const profiles = new Map(ucanss.map(({ id }) => [id, new Set([administrator])]));
  const add = (held: Map<number, Set<number>>, person: number, what: number) =>
    held.set(person, (held.get(person) ?? new Set()).add(what));
  const steps: Record<string, (event: EventRow) => unknown> = {
    'account.deactivated': ({ subject_account_id: id }) => inactive.add(id),
    'account.reactivated': ({ subject_account_id: id }) => inactive.delete(id),
    'delegation.granted': (event) => add(delegations, event.subject_account_id, event.organism_id),
    'delegation.removed': (event) => delegations.get(event.subject_account_id)?.delete(event.organism_id),
    'national_role.granted': (event) => add(profiles, event.subject_account_id, event.role_id),
    'national_role.removed': (event) => profiles.get(event.subject_account_id)?.delete(event.role_id),
  };
  return {
    follow: (event: EventRow) => steps[event.action]?.(event),
    isInactive: (id: number) => inactive.has(id),
    administers: (id: number): ReadonlySet<number> => delegations.get(id) ?? new Set(),
    administersPortal: (id: number) => profiles.get(id)?.has(administrator) ?? false,
    isNational: (id: number) => (profiles.get(id)?.size ?? 0) > 0,
    /** True for who acts as an administrateur Ucanss. */
    isOfUcanss: (id: number | null) => letIn.has(id),
  };
}
