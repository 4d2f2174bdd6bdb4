import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import { mayManage } from '../domain/permissions.ts';
import { type PlannedEnd, plannedDetails } from '../domain/planned-act.ts';
import { findActor } from '../repositories/actors.ts';
import { type NewPlannedAct, type PlannedAct, plannedActRepository } from '../repositories/planned-acts.ts';

type Planning = Omit<NewPlannedAct, 'askedBy' | 'byUcanss'>;

/** Keeps what somebody asks for a day to come, in the place of what was planned of the same kind; the person is locked. */
export async function plan(unit: UnitOfWork, actor: Actor, act: Planning): Promise<void> {
  const acts = plannedActRepository(unit.db);
  const isSame = (other: PlannedAct) => other.kind === act.kind && other.organismId === act.organismId;
  const others = act.accountId === null ? [] : await acts.lockOf([act.accountId]);
  for (const other of others.filter(isSame)) await endPlanned(unit, other, 'replaced');
  const whole = { ...act, askedBy: actor.id, byUcanss: actor.national === 'administrator' } as NewPlannedAct;
  await acts.add(whole, unit.now);
  unit.record({ action: 'planned_act.added', details: plannedDetails(whole), ...subjectOf(whole) });
}

/** What was planned is not done, and the trail says why. */
export async function endPlanned(unit: UnitOfWork, act: PlannedAct, cause: PlannedEnd): Promise<void> {
  await plannedActRepository(unit.db).end(act.id, 'ended', unit.now);
  const { kind, on } = plannedDetails(act);
  unit.record({
    action: 'planned_act.cancelled',
    details: { kind, on, cause },
    effect: null,
    ...subjectOf(act),
  });
}

export const subjectOf = ({ organismId, accountId }: Pick<PlannedAct, 'organismId' | 'accountId'>) => ({
  organismId,
  ...(accountId === null ? {} : { subjectAccountId: accountId }),
});

/** About people, already locked, whose account is closed or who change organism: nothing is to come of them (P10). */
export async function endPlannedOf(
  unit: UnitOfWork,
  accountIds: readonly number[],
  cause: 'deactivated' | 'attached',
): Promise<void> {
  for (const act of await plannedActRepository(unit.db).lockOf(accountIds))
    await endPlanned(unit, act, cause);
}

/** What gives ends with the right of who asked for it; what takes away stays (P10). */
export async function endPlannedAskedBy(unit: UnitOfWork, askerIds: readonly number[]): Promise<void> {
  for (const act of await plannedActRepository(unit.db).lockDelegationsAskedBy(askerIds))
    if ((await askerOf(unit, act)) === null) await endPlanned(unit, act, 'asker');
}

/** Who asked for it, while they may still act there; else null. */
export async function askerOf(unit: UnitOfWork, act: PlannedAct): Promise<Actor | null> {
  if (act.askedBy === null) return null;
  const asker = await findActor(unit.db, act.askedBy, dayInParis(unit.now));
  return asker && mayManage(asker, act.organismId) ? asker : null;
}
