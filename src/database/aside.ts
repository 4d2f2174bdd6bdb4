import type { Knex } from 'knex';

type Trx = Knex.Transaction;
type Progress = (fraction: number) => void;

/** What makes inserting slow and can be made again from the rows: indexes, foreign keys and triggers. */
interface Aside {
  restore(progress: Progress): Promise<void>;
}

/**
 * Drops, within the transaction, the foreign keys of these tables and the indexes that are no constraint, and
 * holds their triggers; `restore` makes all of it again as it was. If the transaction fails, nothing happened.
 */
export async function setAside(trx: Trx, tables: readonly string[]): Promise<Aside> {
  const keys = await drop(trx, FOREIGN_KEYS, tables);
  const indexes = await dropIndexes(trx, tables);
  for (const table of tables) await trx.raw(`ALTER TABLE ${table} DISABLE TRIGGER USER`);

  return {
    async restore(progress) {
      await indexes.restore((done) => progress(done * INDEXES_SHARE));
      await keys.restore((done) => progress(INDEXES_SHARE + done * (1 - INDEXES_SHARE)));
      for (const table of tables) await trx.raw(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
    },
  };
}

/** The same of the indexes alone, those of partitions included. */
export async function dropIndexes(trx: Trx, tables: readonly string[]): Promise<Aside> {
  return drop(trx, INDEXES, tables);
}

/** @throws where an index is not valid: PostgreSQL reads without it, and every figure is then that of another portal. */
export async function refuseInvalidIndexes(db: Pick<Trx, 'raw'>): Promise<void> {
  const { rows } = await db.raw(
    'SELECT string_agg(indexrelid::regclass::text, $$, $$) AS names FROM pg_index WHERE NOT indisvalid',
  );
  if (rows[0].names !== null)
    throw new Error(`The population is of no use: invalid indexes: ${rows[0].names}`);
}

/** Part of the time of restoring that goes into indexes. */
const INDEXES_SHARE = 0.8;

async function drop(trx: Trx, query: string, tables: readonly string[]): Promise<Aside> {
  const found = await trx.raw(query, [[...tables]]);
  const statements = found.rows as { drop: string; create: string }[];
  for (const { drop } of statements) await trx.raw(drop);
  return {
    async restore(progress) {
      for (const [index, { create }] of statements.entries()) {
        await trx.raw(create);
        progress((index + 1) / statements.length);
      }
    },
  };
}

const FOREIGN_KEYS = `
  SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
         format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS create
  FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(?::regclass[]) ORDER BY oid`;

// Of a partitioned table PostgreSQL says « ON ONLY »: made again so, no partition would have its index.
const INDEXES = `
  SELECT format('DROP INDEX %s', indexrelid::regclass) AS drop,
         replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') AS create
  FROM pg_index
  WHERE indrelid = ANY(?::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
  ORDER BY indexrelid`;
