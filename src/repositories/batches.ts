import type { Database } from '../database/knex.ts';
import type { BatchKind, BatchOutcome, BatchResult } from '../domain/batch.ts';
import { NotFound } from '../domain/errors.ts';

/** An act on many people. */
export interface Batch {
  id: number;
  kind: BatchKind;
  roleId: number | null;
  organismId: number;
  reason: string;
  createdBy: number;
  createdAt: Date;
  changed: number;
  requested: number;
  skipped: number;
}

export type NewBatch = Pick<
  Batch,
  'kind' | 'roleId' | 'organismId' | 'reason' | 'createdBy' | 'createdAt'
> & {
  /** Key of what was announced: it is carried out once. */
  announcement: string;
};

const COLUMNS = {
  ...{ id: 'id', kind: 'kind', roleId: 'role_id', organismId: 'organism_id', reason: 'reason' },
  ...{ createdBy: 'created_by', createdAt: 'created_at' },
  ...{ changed: 'changed', requested: 'requested', skipped: 'skipped' },
};

/** Acts on many people, each with what became of everyone (R45, R46). */
export function batchRepository(db: Database) {
  return {
    /** Opens a batch, whose events carry its identifier. */
    async add(batch: NewBatch): Promise<number> {
      const [row] = await db('batches')
        .insert({
          ...{ kind: batch.kind, role_id: batch.roleId, organism_id: batch.organismId, reason: batch.reason },
          ...{ created_by: batch.createdBy, created_at: batch.createdAt, announcement: batch.announcement },
        })
        .returning('id');
      return row.id;
    },

    /** Writes what became of each person, and the counts. */
    async close(
      id: number,
      outcomes: ReadonlyMap<number, BatchOutcome>,
      counts: Record<BatchResult, number>,
    ): Promise<void> {
      await db.raw(
        `INSERT INTO batch_lines (batch_id, account_id, outcome)
         SELECT ?, line.account_id, line.outcome FROM unnest(?::bigint[], ?::text[]) AS line (account_id, outcome)`,
        [id, [...outcomes.keys()], [...outcomes.values()]],
      );
      await db('batches').where({ id }).update(counts);
    },

    /** The batch that carried out what this person was announced, or undefined. */
    async findDone(announcement: string, createdBy: number): Promise<number | undefined> {
      const batch = await db('batches').first('id').where({ announcement, created_by: createdBy });
      return batch?.id;
    },

    /**
     * The batch, if it was made for this organism (null: any).
     * @throws NotFound, as if it did not exist, outside the organism (P5).
     */
    async getManaged(id: number, organismId: number | null): Promise<Batch> {
      const scope = organismId === null ? {} : { organism_id: organismId };
      const batch: Batch | undefined = await db('batches')
        .first(COLUMNS)
        .where({ id, ...scope });
      if (!batch) throw new NotFound();
      return batch;
    },
  };
}
