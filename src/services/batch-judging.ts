import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor, OrganismName } from '../domain/actor.ts';
import {
  type BatchFacts,
  type BatchKind,
  type BatchOutcome,
  batchOutcome,
  isOfAccounts,
} from '../domain/batch.ts';
import { dayInParis } from '../domain/calendar.ts';
import { Refused } from '../domain/errors.ts';
import { isGrantable, isManaged } from '../domain/role.ts';
import type { Scope } from '../domain/scope.ts';
import { accountRepository, type NamedHolder } from '../repositories/accounts.ts';
import { type AccountFilter, accountList } from '../repositories/lists/accounts.ts';
import { roleHolderRepository } from '../repositories/role-holders.ts';
import { type RoleDetails, roleRepository } from '../repositories/roles.ts';
import type { Snapshot } from '../repositories/snapshot.ts';
import { findBeyond } from '../security/acting-upon.ts';
import { bindsActor, findLast, lockAndFindLast } from '../security/delegation-guard.ts';
import { findLastNational } from '../security/national-guard.ts';

/** Who a batch is about: rows that were ticked, or the whole result of a filter (« Tout »). */
export type Selection =
  | { ids: readonly number[] }
  | { filter: Omit<AccountFilter, 'organismId'>; snapshot: Snapshot };

export interface BatchOrder {
  kind: BatchKind;
  /** Code of the role; null for what is done to accounts. */
  role: string | null;
  selection: Selection;
}

/** An act on people of one organism. */
export interface BatchPlan {
  kind: BatchKind;
  role: RoleDetails | null;
  organism: OrganismName;
  people: NamedHolder[];
}

/** What becomes of each person of a selection. */
export interface JudgedPerson {
  person: NamedHolder;
  outcome: BatchOutcome;
}

/** The one organism of a scope. @throws Refused where it covers them all. */
export function organismOf(scope: Scope): OrganismName {
  if (scope.kind === 'organism') return scope.organism;
  throw new Refused('Choisissez d’abord un organisme\u00a0: une sélection n’en couvre qu’un.');
}

/**
 * Reads an order: nobody of another organism is in it (P5). Nothing is locked.
 * @throws Refused outside one organism, or for a role that is not given here.
 */
export async function readPlan(
  { db, now }: UnitOfWork,
  scope: Scope,
  { kind, role: code, selection }: BatchOrder,
): Promise<BatchPlan> {
  const organism = organismOf(scope);
  const role = code === null ? null : await roleRepository(db).getByCode(code);
  const isOf = kind === 'remove' ? isManaged : isGrantable;
  if ((role === null) !== isOfAccounts(kind) || (role && !isOf(role))) {
    throw new Refused('Ce rôle n’est pas de ceux que l’on active ou supprime ici.');
  }
  const ids =
    'ids' in selection
      ? selection.ids
      : await accountList(db).identifiers(
          { ...selection.filter, organismId: organism.id },
          dayInParis(now),
          selection.snapshot,
        );
  return { kind, role, organism, people: await accountRepository(db).listManaged(ids, organism.id) };
}

/** What becomes of each person: told before the act, or decided once the people are locked. */
export async function judge(
  unit: UnitOfWork,
  actor: Actor,
  { kind, role, organism, people }: BatchPlan,
  how: 'told' | 'locked',
): Promise<JudgedPerson[]> {
  const facts = { ...(await factsOf(unit, actor, { kind, people, role }, how)), organismId: organism.id };
  return people.map((person) => ({ person, outcome: batchOutcome(kind, actor, person, role, facts) }));
}

const NOBODY: ReadonlySet<number> = new Set();
const NOTHING = { holding: NOBODY, requested: NOBODY, beyond: NOBODY, last: NOBODY, lastNational: NOBODY };

async function factsOf(
  unit: UnitOfWork,
  actor: Actor,
  { kind, people, role }: Pick<BatchPlan, 'kind' | 'people' | 'role'>,
  how: 'told' | 'locked',
): Promise<Omit<BatchFacts, 'organismId'>> {
  const today = dayInParis(unit.now);
  if (role !== null) {
    const ids = people.map(({ id }) => id);
    const holders = roleHolderRepository(unit.db, role.id);
    const [holding, requested] = [await holders.holding(ids, today), await holders.requested(ids)];
    return { ...NOTHING, holding, requested };
  }
  if (kind === 'reactivate') {
    const opening = people.filter(({ active }) => !active).map(({ id }) => id);
    return { ...NOTHING, beyond: await findBeyond(unit, actor, opening) };
  }
  const stopping = people.filter(({ id, active }) => active && id !== actor.id).map(({ id }) => id);
  const last =
    how === 'locked' ? await lockAndFindLast(unit, stopping) : await findLast(unit.db, stopping, today);
  return {
    ...NOTHING,
    beyond: await findBeyond(unit, actor, stopping),
    last: bindsActor(actor) ? new Set(last.keys()) : NOBODY,
    lastNational: await findLastNational(unit, stopping),
  };
}
