import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor, OrganismName } from '../domain/actor.ts';
import { type BatchKind, type BatchOutcome, batchOutcome, resultOf } from '../domain/batch.ts';
import { dayInParis } from '../domain/clock.ts';
import { Refused } from '../domain/errors.ts';
import { isGrantable } from '../domain/role.ts';
import type { Scope } from '../domain/scope.ts';
import { accountRepository, type NamedHolder } from '../repositories/accounts.ts';
import { batchRepository } from '../repositories/batches.ts';
import type { Labels } from '../repositories/labels.ts';
import { type AccountFilter, accountList } from '../repositories/lists/accounts.ts';
import { roleHolderRepository } from '../repositories/role-holders.ts';
import { roleRequestRepository } from '../repositories/role-requests.ts';
import { type RoleDetails, roleRepository } from '../repositories/roles.ts';
import { closeAccounts } from './accounts.ts';
import { recordRequest, tellGranted } from './assignments.ts';
import type { ServiceContext } from './context.ts';
import { bindsActor, lockAndFindLast } from './delegation-guard.ts';
import { grantRole, removeRole } from './granting.ts';
import { findLastNational } from './national-guard.ts';
import { tellDecidersOfMany } from './request-notices.ts';

/** Who a batch is about: rows that were ticked, or the whole result of a filter (« Tout »). */
export type Selection =
  | { ids: readonly number[] }
  | { filter: Omit<AccountFilter, 'organismId'>; labels: Labels };

export interface BatchOrder {
  kind: BatchKind;
  /** Code of the role; null to deactivate. */
  role: string | null;
  selection: Selection;
}

export interface BatchTerms {
  reason: string;
  /** Of a grant: inclusive, 'YYYY-MM-DD', or null. */
  endsOn: string | null;
  /** How many people the confirmation announced. */
  announced: number;
}

/** What becomes of each person of a selection. */
export interface JudgedPerson {
  person: NamedHolder;
  outcome: BatchOutcome;
}

interface Judged {
  role: RoleDetails | null;
  organism: OrganismName;
  people: JudgedPerson[];
}

/** What a batch comes to: done, or not begun because the selection is no longer what was announced. */
export type BatchEnd = { kind: 'done'; batchId: number } | { kind: 'stale' };

/** Acts on a selection or on a whole result (R45, R46): one transaction, everyone accounted for. */
export function batchService({ db, clock }: ServiceContext) {
  const act = (actor: Actor) => ({ db, clock, actor: { kind: 'account', accountId: actor.id } as const });

  return {
    /**
     * What would become of each person, for the confirmation: nothing is written.
     * @throws Refused outside one organism, or for a role that is not given here.
     */
    preview: (actor: Actor, scope: Scope, order: BatchOrder): Promise<Judged> =>
      transaction(act(actor), (unit) => judge(unit, actor, scope, order)),

    /**
     * Acts on everyone of the selection who can be acted on, and writes what became of each.
     * @throws Refused outside one organism, or for a role that is not given here.
     */
    run: (actor: Actor, scope: Scope, order: BatchOrder, terms: BatchTerms): Promise<BatchEnd> =>
      transaction(act(actor), async (unit) => {
        const { role, organism, people } = await judge(unit, actor, scope, order);
        if (people.length !== terms.announced) return { kind: 'stale' };
        const batches = batchRepository(unit.db);
        const batchId = await batches.add({
          ...{ kind: order.kind, roleId: role?.id ?? null, organismId: organism.id },
          ...{ reason: terms.reason, createdBy: actor.id, createdAt: unit.now },
        });
        const outcomes = new Map(people.map(({ person, outcome }) => [person.id, outcome]));
        await carryOut(unit, actor, { role, organism, people }, { ...terms, batchId });
        const counts = { changed: 0, requested: 0, skipped: 0 };
        for (const outcome of outcomes.values()) counts[resultOf(outcome)] += 1;
        await batches.close(batchId, outcomes, counts);
        return { kind: 'done', batchId };
      }),
  };
}

async function judge(unit: UnitOfWork, actor: Actor, scope: Scope, order: BatchOrder): Promise<Judged> {
  if (scope.kind !== 'organism')
    throw new Refused('Choisissez d’abord un organisme\u00a0: une sélection n’en couvre qu’un.');
  const { organism } = scope;
  const today = dayInParis(unit.now);
  const role = order.role === null ? null : await roleRepository(unit.db).getByCode(order.role);
  if ((role === null) !== (order.kind === 'deactivate') || (role && !isGrantable(role))) {
    throw new Refused('Ce rôle n’est pas de ceux que l’on active ou supprime ici.');
  }
  const { selection } = order;
  const ids =
    'ids' in selection
      ? selection.ids
      : await accountList(unit.db).identifiers(
          { ...selection.filter, organismId: organism.id },
          today,
          selection.labels,
        );
  const people = await accountRepository(unit.db).lockManaged(ids, organism.id);
  const facts = await factsOf(unit, actor, people, role);
  return {
    role,
    organism,
    people: people.map((person) => ({
      person,
      outcome: batchOutcome(order.kind, actor, person, role, facts),
    })),
  };
}

async function factsOf(
  unit: UnitOfWork,
  actor: Actor,
  people: readonly NamedHolder[],
  role: RoleDetails | null,
) {
  const ids = people.map(({ id }) => id);
  if (role === null) {
    const stopping = people.filter(({ id, active }) => active && id !== actor.id).map(({ id }) => id);
    const last = await lockAndFindLast(unit, stopping);
    return {
      holding: new Set<number>(),
      requested: new Set<number>(),
      last: new Set(bindsActor(actor) ? last.keys() : []),
      lastNational: await findLastNational(unit, stopping),
    };
  }
  const holders = roleHolderRepository(unit.db, role.id);
  return {
    holding: await holders.holding(ids, dayInParis(unit.now)),
    requested: await holders.requested(ids),
    last: new Set<number>(),
    lastNational: new Set<number>(),
  };
}

type Terms = BatchTerms & { batchId: number };

async function carryOut(unit: UnitOfWork, actor: Actor, { role, organism, people }: Judged, terms: Terms) {
  const { reason, endsOn, batchId } = terms;
  const having = (wanted: BatchOutcome) =>
    people.filter(({ outcome }) => outcome === wanted).map(({ person }) => person);
  const [granted, removed, requested, deactivated] = [
    having('granted'),
    having('removed'),
    having('requested'),
    having('deactivated'),
  ];
  if (deactivated.length > 0) await closeAccounts(unit, actor, deactivated, { reason, batchId });
  if (role === null) return;
  if (requested.length > 0) await requestForMany(unit, actor, { role, organism, people: requested }, terms);
  if (granted.length > 0) {
    await grantRole(unit, actor, granted, role, { reason, endsOn, batchId });
    await tellGranted(unit, actor, granted, role, { reason, endsOn });
  }
  if (removed.length > 0) await removeRole(unit, actor, removed, role, { reason, batchId });
}

/** Asks Ucanss for a reserved role for each of these people, and tells it once (P3). */
async function requestForMany(
  unit: UnitOfWork,
  actor: Actor,
  { role, organism, people }: { role: RoleDetails; organism: OrganismName; people: NamedHolder[] },
  { reason, batchId }: Terms,
): Promise<void> {
  const byId = new Map(people.map((person) => [person.id, person]));
  const terms = { roleId: role.id, requestedBy: actor.id, reason, at: unit.now };
  const added = await roleRequestRepository(unit.db).addForEach([...byId.keys()], terms);
  for (const { id, accountId } of added) {
    const person = byId.get(accountId);
    if (person) recordRequest(unit, person, role, id, batchId);
  }
  await tellDecidersOfMany(unit, actor, { organism, role, reason, count: added.length });
}
