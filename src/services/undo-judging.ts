import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import type { BatchOutcome } from '../domain/batch.ts';
import { dayInParis } from '../domain/calendar.ts';
import {
  type Effect,
  judgeUndo,
  opensAccount,
  stopsSomebody,
  UNDOABLE,
  type UndoFacts,
} from '../domain/undo.ts';
import { accountRepository, type NamedHolder } from '../repositories/accounts.ts';
import { batchEffectRepository, type StoredEffect } from '../repositories/batch-effects.ts';
import type { UndoableBatch } from '../repositories/batches.ts';
import { type RoleDetails, roleRepository } from '../repositories/roles.ts';
import { findBeyond } from '../security/acting-upon.ts';
import { bindsActor, findLast, lockAndFindLast } from '../security/delegation-guard.ts';
import { findLastNational } from '../security/national-guard.ts';

/** A line of a batch, whom it is about, and what becomes of it where the batch is undone. */
export interface UndoneLine extends StoredEffect {
  person: NamedHolder | null;
  role: RoleDetails | null;
  outcome: BatchOutcome;
}

type KnownEffect = Omit<UndoneLine, 'outcome'>;

/** What becomes of each line of a batch, the last first: told before it is undone, or decided once people are locked. */
export async function judgeLines(
  unit: UnitOfWork,
  actor: Actor,
  batch: UndoableBatch,
  how: 'told' | 'locked',
): Promise<UndoneLine[]> {
  const effects = await effectsOf(unit, batch, how);
  const facts: UndoFacts = { ...(await factsOf(unit, actor, effects, how)), organismId: batch.organismId };
  // What accounts are opened again is known before what is given back to their holders is judged.
  const opening = new Map(
    effects.filter(opensAccount).map((effect) => [effect.id, judgeUndo(effect, facts)]),
  );
  const reopened = new Set(
    effects.flatMap(({ id, accountId }) => (opening.get(id) === 'reactivated' ? (accountId ?? []) : [])),
  );
  return effects.map((effect) => ({
    ...effect,
    outcome: opening.get(effect.id) ?? judgeUndo(effect, { ...facts, reopened }),
  }));
}

async function effectsOf(
  { db, now }: UnitOfWork,
  { id }: UndoableBatch,
  how: 'told' | 'locked',
): Promise<KnownEffect[]> {
  const [stored, accounts] = [batchEffectRepository(db), accountRepository(db)];
  const ids = await stored.peopleOf(id);
  const people =
    how === 'locked' ? await accounts.lockManaged(ids, null) : await accounts.listManaged(ids, null);
  const byId = new Map(people.map((person) => [person.id, person]));
  // Read once the people are locked: their rights then stand still.
  const effects = await stored.of(id, UNDOABLE, dayInParis(now));
  const roles = await roleRepository(db).ofEach([...new Set(effects.flatMap(({ roleId }) => roleId ?? []))]);
  return effects.map((effect) => ({
    ...effect,
    person: byId.get(effect.accountId ?? 0) ?? null,
    role: roles.get(effect.roleId ?? 0) ?? null,
  }));
}

const idsOf = (effects: readonly KnownEffect[]): number[] => [
  ...new Set(effects.flatMap(({ accountId }) => accountId ?? [])),
];

async function factsOf(
  unit: UnitOfWork,
  actor: Actor,
  effects: readonly KnownEffect[],
  how: 'told' | 'locked',
): Promise<Omit<UndoFacts, 'organismId'>> {
  const today = dayInParis(unit.now);
  const stopping = effects.filter((effect) => effect.person?.active && stopsSomebody(effect));
  const stopped = idsOf(stopping);
  const last =
    how === 'locked' ? await lockAndFindLast(unit, stopped) : await findLast(unit.db, stopped, today);
  const ofAccounts = (effect: Effect) => effect.role === null;
  return {
    actor,
    today,
    last: bindsActor(actor) ? last : new Map(),
    lastNational: await findLastNational(unit, idsOf(stopping.filter(ofAccounts))),
    beyond: await findBeyond(
      unit,
      actor,
      idsOf(effects.filter((effect) => opensAccount(effect) || ofAccounts(effect))),
    ),
    moved: new Set(
      effects.flatMap(({ action, accountId }) => (action === 'account.attached' ? (accountId ?? []) : [])),
    ),
    reopened: new Set(),
  };
}
