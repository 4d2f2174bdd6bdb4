import type { Database } from '../database/knex.ts';

/** A ready-made reason to refuse a request. */
interface RefusalReason {
  id: number;
  /** Null: Ucanss's, offered to every organism. */
  organismId: number | null;
  text: string;
}

const COLUMNS = { id: 'id', organismId: 'organism_id', text: 'text' };

/** Ready-made reasons: those of Ucanss, then those that an organism added. */
export function refusalReasonRepository(db: Database) {
  return {
    /** What an organism is offered; every organism's own for `null` are left out. */
    async all(organismId: number | null): Promise<RefusalReason[]> {
      return db('refusal_reasons')
        .select(COLUMNS)
        .where((query) => {
          query.whereNull('organism_id');
          if (organismId !== null) query.orWhere('organism_id', organismId);
        })
        .orderByRaw('organism_id NULLS FIRST, id');
    },

    /** Adds a reason; undefined when the same one is there. */
    async add(organismId: number | null, text: string): Promise<number | undefined> {
      const inserted = await db('refusal_reasons')
        .insert({ organism_id: organismId, text })
        .onConflict(db.raw('(organism_id, text)'))
        .ignore()
        .returning('id');
      return inserted[0]?.id;
    },

    /** Rewrites a reason of exactly this owner, and returns its former text; undefined when there is none. */
    async rewrite(id: number, organismId: number | null, text: string): Promise<string | undefined> {
      const own = { id, organism_id: organismId };
      const found = await db('refusal_reasons').first('text').where(own);
      if (found && found.text !== text) await db('refusal_reasons').where(own).update({ text });
      return found?.text;
    },

    /** True for a reason of exactly this owner. */
    async owns(id: number, organismId: number | null): Promise<boolean> {
      return (await db('refusal_reasons').first('id').where({ id, organism_id: organismId })) !== undefined;
    },

    /** Until the transaction ends nobody else adds or rewrites a reason: two could say the same. */
    async lock(): Promise<void> {
      await db.raw('LOCK TABLE refusal_reasons IN SHARE ROW EXCLUSIVE MODE');
    },

    /** True when this owner has a reason that says exactly this. */
    async has(organismId: number | null, text: string): Promise<boolean> {
      const found = await db('refusal_reasons').first('id').where({ organism_id: organismId, text });
      return found !== undefined;
    },

    /** Removes a reason of exactly this owner, and returns its text; undefined when there is none. */
    async remove(id: number, organismId: number | null): Promise<string | undefined> {
      const removed = await db('refusal_reasons')
        .where({ id, organism_id: organismId })
        .delete()
        .returning('text');
      return removed[0]?.text;
    },
  };
}
