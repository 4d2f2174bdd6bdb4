import type { Database } from '../database/knex.ts';

/** Account requests that wait for their address to be confirmed: seen by nobody yet (F1). */
export function unconfirmedRepository(db: Database) {
  return {
    /** Deletes those made before this instant, with their links and messages, and returns how many. */
    async purgeBefore(instant: Date): Promise<number> {
      const ids: number[] = await db('requests')
        .where({ status: 'unconfirmed' })
        .where('created_at', '<', instant)
        .forUpdate()
        .skipLocked()
        .pluck('id');
      if (ids.length === 0) return 0;
      for (const table of ['tokens', 'messages']) {
        await db(table).whereRaw('request_id = ANY(?::bigint[])', [ids]).delete();
      }
      return db('requests').whereRaw('id = ANY(?::bigint[])', [ids]).delete();
    },
  };
}
