import { transaction, type UnitOfWork, withinBatch } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { type BatchKind, type BatchOutcome, isDecision, resultOf } from '../domain/batch.ts';
import { dayInParis } from '../domain/calendar.ts';
import { NotFound } from '../domain/errors.ts';
import type { Scope } from '../domain/scope.ts';
import { accountRepository, type NamedHolder } from '../repositories/accounts.ts';
import { batchRepository, type OwnBatch } from '../repositories/batches.ts';
import { messagesWritten } from '../repositories/outbox.ts';
import { roleRequestRepository } from '../repositories/role-requests.ts';
import { type RoleDetails, roleRepository } from '../repositories/roles.ts';
import { acting } from '../security/acting.ts';
import { bindsActor, findLast } from '../security/delegation-guard.ts';
import { closeAccounts, openAccounts } from './accounts.ts';
import { assigning } from './assigning.ts';
import { recordRequest, tellGranted } from './assignments.ts';
import { lockBatch, ownership } from './batch-drafts.ts';
import {
  type BatchOrder,
  type BatchPlan,
  type JudgedPerson,
  judge,
  organismOf,
  readPlan,
} from './batch-judging.ts';
import type { ServiceContext } from './context.ts';
import { decidersOfMany, tellDecidersOfMany } from './request-notices.ts';

interface BatchTerms {
  reason: string;
  /** Of a grant: inclusive, 'YYYY-MM-DD', or null. */
  endsOn: string | null;
}

/** What a draft would do, as things stand. */
export interface ForeseenBatch {
  kind: BatchKind;
  role: RoleDetails | null;
  people: JudgedPerson[];
  /** Whose stop leaves organisms without a local administrator, where that only warns the actor (P2). */
  leaving: { person: NamedHolder; organismIds: number[] }[];
  /** How many would leave. */
  messages: number;
}

/**
 * Acts on a selection of people or on a whole result (R45, R46): a draft, then done in one transaction, everyone who was
 * announced accounted for, and nobody else touched.
 */
export function batchService({ db, clock }: ServiceContext) {
  const act = (actor: Actor, scope: Scope) => acting({ db, clock }, actor, scope);

  return {
    /** The batch of this person for what the page covers, of people or of requests; undefined for any other. */
    find: (actor: Actor, scope: Scope, id: number): Promise<OwnBatch | undefined> =>
      batchRepository(db).findOwn(ownership({ now: clock.now() }, actor, scope, id)),

    /**
     * Keeps who would be acted upon, until it is confirmed, and returns the number of the draft.
     * @throws Refused outside one organism, or for a role that is not given here.
     */
    draft: (actor: Actor, scope: Scope, order: BatchOrder): Promise<number> =>
      transaction(act(actor, scope), async (unit) => {
        const { kind, role, organism, people } = await readPlan(unit, scope, order);
        return batchRepository(unit.db).draft({
          kind,
          roleId: role?.id ?? null,
          organismId: organism.id,
          selectedIds: people.map(({ id }) => id),
          createdBy: actor.id,
          createdAt: unit.now,
        });
      }),

    /** What would become of each person of a draft: nothing is written, and it is judged anew when it is confirmed. */
    foresee: (actor: Actor, scope: Scope, draft: OwnBatch): Promise<ForeseenBatch> =>
      transaction(act(actor, scope), async (unit) => {
        const plan = await planOf(unit, scope, draft);
        const people = await accountRepository(unit.db).listManaged(draft.selectedIds, null);
        return foreseen(unit, actor, { ...plan, people });
      }),

    /**
     * Acts on everyone who was announced and can be acted on, and writes what became of each. Confirmed twice, even at
     * once, it is done once; where it breaks off, nothing is done and it can be confirmed again.
     * @throws NotFound for what is not, or no longer, a draft of this person for what the page covers.
     */
    run: (actor: Actor, scope: Scope, id: number, terms: BatchTerms): Promise<void> =>
      transaction(act(actor, scope), async (unit) => {
        const batch = await lockBatch(unit, actor, scope, id);
        if (batch.state === 'done') return;
        const people = await accountRepository(unit.db).lockManaged(batch.selectedIds, null);
        const plan = { ...(await planOf(unit, scope, batch)), people };
        const judged = await judge(unit, actor, plan, 'locked');
        const outcomes = await carryOut(withinBatch(unit, id), actor, plan, judged, terms);
        const counts = { changed: 0, requested: 0, skipped: 0 };
        for (const outcome of outcomes.values()) counts[resultOf(outcome)] += 1;
        const batches = batchRepository(unit.db);
        await batches.addLines(id, outcomes);
        const messages = messagesWritten(unit.db);
        await batches.finish(batch, { reason: terms.reason, at: unit.now, counts, messages });
      }),
  };
}

/** The act of a batch of people, without them. */
async function planOf({ db }: UnitOfWork, scope: Scope, batch: OwnBatch): Promise<Omit<BatchPlan, 'people'>> {
  const { kind, roleId } = batch;
  // Its form is read by its kind: another act is never done in the place of the one that was announced.
  if (isDecision(kind)) throw new NotFound();
  const role = roleId === null ? null : await roleRepository(db).get(roleId);
  return { kind, organism: organismOf(scope), role };
}

async function foreseen(unit: UnitOfWork, actor: Actor, plan: BatchPlan): Promise<ForeseenBatch> {
  const { kind, role, organism } = plan;
  const people = await judge(unit, actor, plan, 'told');
  const having = (wanted: BatchOutcome) =>
    people.filter(({ outcome }) => outcome === wanted).map(({ person }) => person);
  const stopping = having('deactivated');
  const ids = bindsActor(actor) ? [] : stopping.map(({ id }) => id);
  const last = await findLast(unit.db, ids, dayInParis(unit.now));
  const leaving = stopping.flatMap((person) => {
    const organismIds = last.get(person.id);
    return organismIds ? [{ person, organismIds }] : [];
  });
  const asked = having('requested').length > 0 ? await decidersOfMany(unit, actor, organism) : [];
  const told = having('granted').length + having('reactivated').length;
  return { kind, role, people, leaving, messages: told + asked.length };
}

/** Does what was judged, and returns what became of each person, by identifier. */
async function carryOut(
  unit: UnitOfWork,
  actor: Actor,
  plan: BatchPlan,
  judged: readonly JudgedPerson[],
  terms: BatchTerms,
): Promise<Map<number, BatchOutcome>> {
  const outcomes = new Map(judged.map(({ person, outcome }) => [person.id, outcome]));
  const having = (wanted: BatchOutcome) =>
    judged.filter(({ outcome }) => outcome === wanted).map(({ person }) => person);
  const { role } = plan;
  const { reason, endsOn } = terms;
  const [granted, removed, deactivated] = [having('granted'), having('removed'), having('deactivated')];
  if (deactivated.length > 0) await closeAccounts(unit, actor, deactivated, { reason });
  const reactivated = having('reactivated');
  if (reactivated.length > 0) await openAccounts(unit, actor, reactivated, { reason });
  if (role === null) return outcomes;
  const people = having('requested');
  const asked =
    people.length === 0 ? null : await requestForMany(unit, actor, { ...plan, role, people }, reason);
  // Asked by the person themself in this very instant: theirs is the request that waits.
  for (const { id } of people) if (!asked?.has(id)) outcomes.set(id, 'already_requested');
  if (granted.length > 0) {
    await assigning(unit, actor, { role }, granted).give({ reason, endsOn });
    await tellGranted(unit, actor, granted, [role.label], { reason, endsOn });
  }
  if (removed.length > 0) await assigning(unit, actor, { role }, removed).remove({ reason });
  return outcomes;
}

/** Asks Ucanss for a reserved role for each of these people, and tells it once (P3). Returns for whom it was asked. */
export async function requestForMany(
  unit: UnitOfWork,
  actor: Actor,
  { role, organism, people }: Pick<BatchPlan, 'organism' | 'people'> & { role: RoleDetails },
  reason: string,
): Promise<Set<number>> {
  const byId = new Map(people.map((person) => [person.id, person]));
  const terms = { roleId: role.id, requestedBy: actor.id, reason, at: unit.now };
  const added = await roleRequestRepository(unit.db).addForEach([...byId.keys()], terms);
  for (const { id, accountId } of added) {
    const person = byId.get(accountId);
    if (person) recordRequest(unit, person, role, id);
  }
  await tellDecidersOfMany(unit, actor, { organism, role, reason, count: added.length });
  return new Set(added.map(({ accountId }) => accountId));
}
