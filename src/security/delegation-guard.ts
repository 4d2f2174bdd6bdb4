import type { Database } from '../database/knex.ts';
import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import { lastOnes } from '../domain/delegation.ts';
import { delegationRepository, type OrganismDelegation } from '../repositories/delegations.ts';

/**
 * The people whose stop would leave without a local administrator an organism that they administer (P2), with those
 * organisms: to tell it before the act, which decides again under lock.
 */
export async function findLast(
  db: Database,
  accountIds: readonly number[],
  today: string,
): Promise<Map<number, number[]>> {
  const delegations = delegationRepository(db);
  const organismIds = await delegations.organismsOf(accountIds);
  if (organismIds.length === 0) return new Map();
  return lastAmong(await delegations.holding(organismIds, today), organismIds, accountIds);
}

/**
 * The same under lock on every organism that these people administer. An administrateur Ucanss may go on, after a
 * warning: the caller asks `bindsActor`. To be called once the people are locked: their delegations then stand still.
 */
export const lockAndFindLast = async (
  unit: UnitOfWork,
  accountIds: readonly number[],
): Promise<Map<number, number[]>> => (await lockDelegations(unit, accountIds)).last;

/** The same, and further organisms; with the delegations that hold in all of them. */
export async function lockDelegations(
  unit: UnitOfWork,
  accountIds: readonly number[],
  extraOrganismIds: readonly number[] = [],
): Promise<{ holding: OrganismDelegation[]; last: Map<number, number[]> }> {
  const delegations = delegationRepository(unit.db);
  const organismIds = [...new Set([...(await delegations.organismsOf(accountIds)), ...extraOrganismIds])];
  if (organismIds.length === 0) return { holding: [], last: new Map() };
  await delegations.lockOrganisms(organismIds);
  const holding = await delegations.holding(organismIds, dayInParis(unit.now));
  return { holding, last: lastAmong(holding, organismIds, accountIds) };
}

function lastAmong(
  holding: readonly OrganismDelegation[],
  organismIds: readonly number[],
  accountIds: readonly number[],
): Map<number, number[]> {
  const lastOf = new Map<number, number[]>();
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
