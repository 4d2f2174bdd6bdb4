import { randomUUID } from 'node:crypto';
import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { type BatchKind, type BatchOutcome, resultOf } from '../domain/batch.ts';
import { dayInParis } from '../domain/calendar.ts';
import type { Scope } from '../domain/scope.ts';
import { accountRepository, type NamedHolder } from '../repositories/accounts.ts';
import { type Announcement, batchAnnouncementRepository } from '../repositories/batch-announcements.ts';
import { batchRepository } from '../repositories/batches.ts';
import { roleRequestRepository } from '../repositories/role-requests.ts';
import { type RoleDetails, roleRepository } from '../repositories/roles.ts';
import { closeAccounts } from './accounts.ts';
import { acting } from './acting.ts';
import { recordRequest, tellGranted } from './assignments.ts';
import {
  type BatchOrder,
  type BatchPlan,
  type JudgedPerson,
  judge,
  organismOf,
  readPlan,
} from './batch-judging.ts';
import type { ServiceContext } from './context.ts';
import { bindsActor, findLast } from './delegation-guard.ts';
import { tellDecidersOfMany } from './request-notices.ts';
import { rightOf } from './rights.ts';

export interface BatchTerms {
  reason: string;
  /** Of a grant: inclusive, 'YYYY-MM-DD', or null. */
  endsOn: string | null;
}

/** What a confirmation tells: what would become of each person, under the key that « Confirmer » sends back. */
export interface AnnouncedBatch {
  key: string;
  kind: BatchKind;
  role: RoleDetails | null;
  people: JudgedPerson[];
  /** Whose stop leaves organisms without a local administrator, where that only warns the actor (P2). */
  leaving: { person: NamedHolder; organismIds: number[] }[];
}

/** What « Confirmer » comes to: done, now or by an earlier sending; or not begun, for nothing such was announced. */
export type BatchEnd = { kind: 'done'; batchId: number } | { kind: 'unknown' };

/**
 * Acts on a selection or on a whole result (R45, R46): announced, then done in one transaction, everyone who was
 * announced accounted for, and nobody else touched.
 */
export function batchService({ db, clock }: ServiceContext) {
  const act = (actor: Actor, scope: Scope) => acting({ db, clock }, actor, scope);

  return {
    /**
     * Tells what would become of each person, and keeps who they are until it is confirmed.
     * @throws Refused outside one organism, or for a role that is not given here.
     */
    announce: (actor: Actor, scope: Scope, order: BatchOrder): Promise<AnnouncedBatch> =>
      transaction(act(actor, scope), async (unit) => {
        const plan = await readPlan(unit, scope, order);
        const key = randomUUID();
        await batchAnnouncementRepository(unit.db).add({
          ...{ key, kind: plan.kind, roleId: plan.role?.id ?? null, organismId: plan.organism.id },
          accountIds: plan.people.map(({ id }) => id),
          ...{ announcedBy: actor.id, announcedAt: unit.now },
        });
        return tell(unit, actor, key, plan);
      }),

    /** What was announced, as it stands now; null once it is done or forgotten, or for somebody else's. */
    review: (actor: Actor, scope: Scope, key: string): Promise<AnnouncedBatch | null> =>
      transaction(act(actor, scope), async (unit) => {
        const plan = await announcedPlan(unit, actor, scope, key);
        if (plan === null) return null;
        const people = await accountRepository(unit.db).listManaged(plan.accountIds, null);
        return tell(unit, actor, key, { ...plan, people });
      }),

    /**
     * Acts on everyone who was announced and can be acted on, and writes what became of each. Sent twice, even at
     * once, it is done once; where it breaks off, nothing is done and it can be sent again.
     */
    run: (
      actor: Actor,
      scope: Scope,
      { key, kind }: Pick<AnnouncedBatch, 'key' | 'kind'>,
      terms: BatchTerms,
    ): Promise<BatchEnd> =>
      transaction(act(actor, scope), async (unit) => {
        const batches = batchRepository(unit.db);
        const plan = await announcedPlan(unit, actor, scope, key);
        if (plan === null) {
          const done = await batches.findDone(key, actor.id);
          return done === undefined ? { kind: 'unknown' } : { kind: 'done', batchId: done };
        }
        // The terms were read for what the form says is done.
        if (plan.kind !== kind) return { kind: 'unknown' };
        const people = await accountRepository(unit.db).lockManaged(plan.accountIds, null);
        const locked = { ...plan, people };
        const judged = await judge(unit, actor, locked, 'locked');
        const batchId = await batches.add({
          ...{ kind, roleId: plan.role?.id ?? null, organismId: plan.organism.id },
          ...{ reason: terms.reason, createdBy: actor.id, createdAt: unit.now, announcement: key },
        });
        const outcomes = await carryOut(unit, actor, locked, judged, { ...terms, batchId });
        const counts = { changed: 0, requested: 0, skipped: 0 };
        for (const outcome of outcomes.values()) counts[resultOf(outcome)] += 1;
        await batches.close(batchId, outcomes, counts);
        await batchAnnouncementRepository(unit.db).remove(key);
        return { kind: 'done', batchId };
      }),
  };
}

/** What was announced to this person for this organism, locked; those who left since are in it, to be accounted for. */
async function announcedPlan(
  unit: UnitOfWork,
  actor: Actor,
  scope: Scope,
  key: string,
): Promise<(Omit<BatchPlan, 'people'> & { accountIds: number[] }) | null> {
  const organism = organismOf(scope);
  const announced: Announcement | undefined = await batchAnnouncementRepository(unit.db).lock(
    key,
    organism.id,
    actor.id,
  );
  if (!announced) return null;
  const { kind, roleId, accountIds } = announced;
  return {
    ...{ kind, organism, accountIds },
    role: roleId === null ? null : await roleRepository(unit.db).get(roleId),
  };
}

/** What a confirmation tells of a plan. */
async function tell(unit: UnitOfWork, actor: Actor, key: string, plan: BatchPlan): Promise<AnnouncedBatch> {
  const people = await judge(unit, actor, plan, 'told');
  const stopping = people.filter(({ outcome }) => outcome === 'deactivated').map(({ person }) => person);
  const ids = bindsActor(actor) ? [] : stopping.map(({ id }) => id);
  const last = await findLast(unit.db, ids, dayInParis(unit.now));
  const leaving = stopping.flatMap((person) => {
    const organismIds = last.get(person.id);
    return organismIds ? [{ person, organismIds }] : [];
  });
  return { key, kind: plan.kind, role: plan.role, people, leaving };
}

type Terms = BatchTerms & { batchId: number };

/** Does what was judged, and returns what became of each person, by identifier. */
async function carryOut(
  unit: UnitOfWork,
  actor: Actor,
  plan: BatchPlan,
  judged: readonly JudgedPerson[],
  terms: Terms,
): Promise<Map<number, BatchOutcome>> {
  const outcomes = new Map(judged.map(({ person, outcome }) => [person.id, outcome]));
  const having = (wanted: BatchOutcome) =>
    judged.filter(({ outcome }) => outcome === wanted).map(({ person }) => person);
  const { role } = plan;
  const { reason, endsOn, batchId } = terms;
  const [granted, removed, deactivated] = [having('granted'), having('removed'), having('deactivated')];
  if (deactivated.length > 0) await closeAccounts(unit, actor, deactivated, { reason, batchId });
  if (role === null) return outcomes;
  const people = having('requested');
  const asked =
    people.length === 0 ? null : await requestForMany(unit, actor, { ...plan, role, people }, terms);
  // Asked by the person themself in this very instant: theirs is the request that waits.
  for (const { id } of people) if (!asked?.has(id)) outcomes.set(id, 'already_requested');
  if (granted.length > 0) {
    await rightOf(unit, actor, { role }, granted).give({ reason, endsOn, batchId });
    await tellGranted(unit, actor, granted, role, { reason, endsOn });
  }
  if (removed.length > 0) await rightOf(unit, actor, { role }, removed).remove({ reason, batchId });
  return outcomes;
}

/** Asks Ucanss for a reserved role for each of these people, and tells it once (P3). Returns for whom it was asked. */
async function requestForMany(
  unit: UnitOfWork,
  actor: Actor,
  { role, organism, people }: BatchPlan & { role: RoleDetails },
  { reason, batchId }: Terms,
): Promise<Set<number>> {
  const byId = new Map(people.map((person) => [person.id, person]));
  const terms = { roleId: role.id, requestedBy: actor.id, reason, at: unit.now };
  const added = await roleRequestRepository(unit.db).addForEach([...byId.keys()], terms);
  for (const { id, accountId } of added) {
    const person = byId.get(accountId);
    if (person) recordRequest(unit, person, role, id, batchId);
  }
  await tellDecidersOfMany(unit, actor, { organism, role, reason, count: added.length });
  return new Set(added.map(({ accountId }) => accountId));
}
