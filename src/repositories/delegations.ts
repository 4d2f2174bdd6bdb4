import type { Database } from '../database/knex.ts';
import { HOLDS } from '../database/sql.ts';
import type { LiveDelegation } from '../domain/delegation.ts';

export interface OrganismDelegation extends LiveDelegation {
  organismId: number;
}

/** Who administers which organism. */
export function delegationRepository(db: Database) {
  return {
    /**
     * Locks organisms, so that two acts on their administrators are decided one after the other (P2).
     * Taken after the lock on the accounts, always in this order: no deadlock, and while an account is locked
     * nobody gives it a delegation or takes one from it.
     */
    async lockOrganisms(organismIds: readonly number[]): Promise<void> {
      await db.raw('SELECT id FROM organisms WHERE id = ANY(?::int[]) ORDER BY id FOR NO KEY UPDATE', [
        [...organismIds],
      ]);
    },

    /** The organisms that these people administer, by live delegations, whatever their end date. */
    async organismsOf(accountIds: readonly number[]): Promise<number[]> {
      return db('assignments')
        .distinct('organism_id')
        .where({ role_kind: 'local_administrator' })
        .whereNull('ended_at')
        .whereRaw('account_id = ANY(?::bigint[])', [[...accountIds]])
        .orderBy('organism_id')
        .pluck('organism_id');
    },

    /** Delegations that hold today, of active accounts, in these organisms. */
    async holding(organismIds: readonly number[], today: string): Promise<OrganismDelegation[]> {
      return db('assignments')
        .join('accounts', 'accounts.id', 'assignments.account_id')
        .select({
          accountId: 'assignments.account_id',
          organismId: 'assignments.organism_id',
          endsOn: 'assignments.ends_on',
        })
        .where({ 'assignments.role_kind': 'local_administrator', 'accounts.active': true })
        .whereRaw('assignments.organism_id = ANY(?::int[])', [[...organismIds]])
        .whereRaw(HOLDS('assignments', '?'), [today]);
    },
  };
}
