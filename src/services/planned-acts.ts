import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import { Refused } from '../domain/errors.ts';
import { mayManage } from '../domain/permissions.ts';
import { cancelFault, type PlannedEnd, plannedDetails } from '../domain/planned-act.ts';
import { findActor } from '../repositories/actors.ts';
import { type NewPlannedAct, type PlannedAct, plannedActRepository } from '../repositories/planned-acts.ts';

type Planning = Omit<NewPlannedAct, 'askedBy' | 'byUcanss'>;

/**
 * Keeps what somebody asks for a day to come, in the place of what was planned of the same kind; the person is locked.
 * @throws Refused where Ucanss planned that, which alone changes it (P9)
 */
export async function plan(unit: UnitOfWork, actor: Actor, act: Planning): Promise<void> {
  const isSame = (other: PlannedAct) => other.kind === act.kind && other.organismId === act.organismId;
  const others = act.accountId === null ? [] : await plannedActRepository(unit.db).lockOf([act.accountId]);
  await replacePlanned(unit, actor, others.filter(isSame));
  const whole = { ...act, askedBy: actor.id, byUcanss: actor.national === 'administrator' } as NewPlannedAct;
  await planEach(unit, [whole]);
}

/** Keeps what is to come, each for its day, and the trail says so. */
export async function planEach(unit: UnitOfWork, acts: readonly NewPlannedAct[]): Promise<void> {
  if (acts.length === 0) return;
  await plannedActRepository(unit.db).add(acts, unit.now);
  for (const act of acts)
    unit.record({
      action: 'planned_act.added',
      details: plannedDetails(act),
      effect: null,
      ...subjectOf(act),
    });
}

/** What somebody asks takes the place of what was planned. @throws Refused, as above */
export async function replacePlanned(
  unit: UnitOfWork,
  actor: Actor,
  acts: readonly PlannedAct[],
): Promise<void> {
  if (acts.some((act) => cancelFault(actor, { ...act, accountId: null }) !== null))
    throw new Refused('L’Ucanss l’a déjà prévu\u00a0: elle seule change ce qu’elle a prévu, ou l’annule.');
  for (const act of acts) await endPlanned(unit, act, 'replaced');
}

/** What was planned is not done, and the trail says why. */
export async function endPlanned(unit: UnitOfWork, act: PlannedAct, cause: PlannedEnd): Promise<void> {
  await plannedActRepository(unit.db).end(act.id, 'ended', unit.now);
  recordEnd(unit, act, { cause });
}

/** The trail says that what was planned is not done: why, where nobody gave it up. */
export function recordEnd(unit: UnitOfWork, act: PlannedAct, why: { cause?: PlannedEnd } = {}): void {
  const { kind, on } = plannedDetails(act);
  const details = { kind, on, ...why };
  unit.record({ action: 'planned_act.cancelled', details, effect: null, ...subjectOf(act) });
}

const subjectOf = ({ organismId, accountId }: Pick<PlannedAct, 'organismId' | 'accountId'>) => ({
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
