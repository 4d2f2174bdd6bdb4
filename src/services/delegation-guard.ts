import type { Database } from '../database/knex.ts';
import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import { lastOnes } from '../domain/delegation.ts';
import { delegationRepository } from '../repositories/delegations.ts';

/**
 * The people whose stop would leave without a local administrator an organism that they administer (P2), with those
 * organisms: to tell it before the act, which decides again under lock.
 */
export async function findLast(
  db: Database,
  accountIds: readonly number[],
  today: string,
): Promise<Map<number, number[]>> {
  return lastIn(db, await delegationRepository(db).organismsOf(accountIds), accountIds, today);
}

/**
 * The same under lock on every organism that these people administer. An administrateur Ucanss may go on, after a
 * warning: the caller asks `bindsActor`. To be called once the people are locked: their delegations then stand still.
 */
export async function lockAndFindLast(
  unit: UnitOfWork,
  accountIds: readonly number[],
  extraOrganismIds: readonly number[] = [],
): Promise<Map<number, number[]>> {
  const delegations = delegationRepository(unit.db);
  const organismIds = [...new Set([...(await delegations.organismsOf(accountIds)), ...extraOrganismIds])];
  if (organismIds.length > 0) await delegations.lockOrganisms(organismIds);
  return lastIn(unit.db, organismIds, accountIds, dayInParis(unit.now));
}

async function lastIn(
  db: Database,
  organismIds: readonly number[],
  accountIds: readonly number[],
  today: string,
): Promise<Map<number, number[]>> {
  const lastOf = new Map<number, number[]>();
  if (organismIds.length === 0) return lastOf;
  const holding = await delegationRepository(db).holding(organismIds, today);
  for (const organismId of organismIds) {
    const here = holding.filter((delegation) => delegation.organismId === organismId);
    for (const accountId of lastOnes(here, accountIds)) {
      lastOf.set(accountId, [...(lastOf.get(accountId) ?? []), organismId]);
    }
  }
  return lastOf;
}

/** P2 binds local administrators; an administrateur Ucanss can go on, after a warning. */
export const bindsActor = (actor: Actor): boolean => actor.national !== 'administrator';
