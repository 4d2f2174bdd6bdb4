import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/clock.ts';
import { lastOnes } from '../domain/delegation.ts';
import { delegationRepository } from '../repositories/delegations.ts';

/**
 * Locks every organism that these people administer and returns the people whose stop would leave one of them
 * without a local administrator (P2), by organism. An administrateur Ucanss may go on, after a warning: the caller
 * asks `bindsActor`. To be called once the people are locked: their delegations then stand still.
 */
export async function lockAndFindLast(
  unit: UnitOfWork,
  accountIds: readonly number[],
  extraOrganismIds: readonly number[] = [],
): Promise<Map<number, number[]>> {
  const delegations = delegationRepository(unit.db);
  const organismIds = [...new Set([...(await delegations.organismsOf(accountIds)), ...extraOrganismIds])];
  const lastOf = new Map<number, number[]>();
  if (organismIds.length === 0) return lastOf;
  await delegations.lockOrganisms(organismIds);
  const holding = await delegations.holding(organismIds, dayInParis(unit.now));
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
