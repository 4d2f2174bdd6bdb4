import type { Database } from '../database/knex.ts';

/** Who holds one role, or has asked for it, among some people. */
export function roleHolderRepository(db: Database, roleId: number) {
  const live = () => db('assignments').where({ role_id: roleId }).whereNull('ended_at');
  const AMONG = 'account_id = ANY(?::bigint[])';

  return {
    /** Those who hold it on this day ('YYYY-MM-DD' in Paris, P8). */
    async holding(ids: readonly number[], today: string): Promise<Set<number>> {
      const found = await live()
        .whereRaw(AMONG, [[...ids]])
        .whereRaw('(ends_on IS NULL OR ends_on >= ?::date)', [today])
        .pluck('account_id');
      return new Set(found);
    },

    /** Addresses of those whose right is over, although no job has written its end yet: lists still count them. */
    async expired(today: string): Promise<string[]> {
      const accounts = live().join('accounts', 'accounts.id', 'account_id');
      return accounts.where('ends_on', '<', today).pluck('email');
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
