import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import type { BatchOutcome } from '../domain/batch.ts';
import { dayInParis } from '../domain/calendar.ts';
import {
  type Effect,
  goesFirst,
  judgeUndo,
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
  // Whose account is opened again, and who comes back, is known before what is given back to them is judged.
  const first = effects.filter(goesFirst).map((effect) => ({ ...effect, outcome: judgeUndo(effect, facts) }));
  const outcomes = new Map(first.map(({ id, outcome }) => [id, outcome]));
  const then = onceFirstDone(first);
  const stay = first.flatMap(({ action, outcome, accountId }) =>
    action === 'account.attached' && outcome !== 'moved_back' ? (accountId ?? []) : [],
  );
  const others = { ...facts, moved: new Set(stay) };
  return effects.map((effect) => ({
    ...effect,
    outcome: outcomes.get(effect.id) ?? judgeUndo(then(effect), others),
  }));
}

/** Lines with people as they are once what goes first is done: accounts are open, who was moved is back. */
export function onceFirstDone(
  first: readonly UndoneLine[],
): <Line extends Pick<KnownEffect, 'person'>>(line: Line) => Line {
  const back = new Map(first.flatMap(personOnceDone));
  return (line) => ({ ...line, person: back.get(line.person?.id ?? 0) ?? line.person });
}

function personOnceDone({ person, former, outcome }: UndoneLine): [number, NamedHolder][] {
  if (person && outcome === 'reactivated') return [[person.id, { ...person, active: true }]];
  if (!person || !former || outcome !== 'moved_back') return [];
  return [[person.id, { ...person, organismId: former.id, organismName: former.name }]];
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
    beyond: await findBeyond(unit, actor, idsOf(effects.filter(ofAccounts))),
    moved: new Set(),
  };
}
