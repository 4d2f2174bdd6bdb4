import type { UnitOfWork } from '../database/transaction.ts';
import { dayInParis } from '../domain/calendar.ts';
import { type LiveDelegation, lastOnes } from '../domain/delegation.ts';
import { nationalRoleRepository } from '../repositories/national-roles.ts';

/** Locks who administers the portal and returns them as they stand today. To be called once people are locked. */
export async function lockNationalAdministrators(unit: UnitOfWork): Promise<LiveDelegation[]> {
  const roles = nationalRoleRepository(unit.db);
  await roles.lockAdministrators();
  return roles.administrators(dayInParis(unit.now));
}

/**
 * Those of these people, already locked, whose stop would leave the portal without an administrateur Ucanss: nobody
 * could give the profile back, so that P2 binds everyone here, the administrateurs Ucanss too.
 */
export async function findLastNational(
  unit: UnitOfWork,
  accountIds: readonly number[],
): Promise<ReadonlySet<number>> {
  const among = await nationalRoleRepository(unit.db).administratorsAmong(accountIds);
  // Almost nobody administers the portal: the lock is then not taken.
  return new Set(among.length === 0 ? [] : lastOnes(await lockNationalAdministrators(unit), among));
}
