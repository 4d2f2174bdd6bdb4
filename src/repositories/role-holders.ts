import type { Database } from '../database/knex.ts';
import { HOLDS } from '../database/sql.ts';

/** Who holds one role, or has asked for it, among some people. */
export function roleHolderRepository(db: Database, roleId: number) {
  const assignments = () => db('assignments').where({ role_id: roleId });
  const AMONG = 'account_id = ANY(?::bigint[])';

  return {
    /** Those who hold it on this day ('YYYY-MM-DD' in Paris, P8). */
    async holding(ids: readonly number[], today: string): Promise<Set<number>> {
      const found = await assignments()
        .whereRaw(AMONG, [[...ids]])
        .whereRaw(HOLDS('assignments', '?'), [today])
        .pluck('account_id');
      return new Set(found);
    },

    /** Addresses of those whose right is over, although no job has written its end yet: lists still count them. */
    async expired(today: string): Promise<string[]> {
      const over = assignments().whereNull('ended_at').where('ends_on', '<', today);
      return over.join('accounts', 'accounts.id', 'account_id').pluck('email');
    },

    /** Those with a request for it that waits. */
    async requested(ids: readonly number[]): Promise<Set<number>> {
      const found = await db('requests')
        .where({ role_id: roleId, kind: 'role', status: 'pending' })
        .whereRaw(AMONG, [[...ids]])
        .pluck('account_id');
      return new Set(found);
    },
  };
}
