import type { Progress, Trx } from './draw.ts';

/** What makes inserting slow and can be made again from the rows: indexes, foreign keys and triggers. */
export interface Aside {
  restore(progress: Progress): Promise<void>;
}

/**
 * Drops, within the transaction, the foreign keys of these tables and the indexes that are no constraint, and
 * holds their triggers; `restore` makes all of it again as it was. If the transaction fails, nothing happened.
 */
export async function setAside(trx: Trx, tables: readonly string[]): Promise<Aside> {
  const keys = await statementsOf(trx, FOREIGN_KEYS, tables);
  const indexes = await statementsOf(trx, INDEXES, tables);
  for (const { drop } of [...keys, ...indexes]) await trx.raw(drop);
  for (const table of tables) await trx.raw(`ALTER TABLE ${table} DISABLE TRIGGER USER`);

  return {
    async restore(progress) {
      const made = [...indexes, ...keys];
      for (const [index, { create }] of made.entries()) {
        await trx.raw(create);
        progress((index + 1) / made.length);
      }
      for (const table of tables) await trx.raw(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
    },
  };
}

async function statementsOf(trx: Trx, query: string, tables: readonly string[]) {
  const found = await trx.raw(query, [[...tables]]);
  return found.rows as { drop: string; create: string }[];
}

const FOREIGN_KEYS = `
  SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
         format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS create
  FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(?::regclass[]) ORDER BY oid`;

const INDEXES = `
  SELECT format('DROP INDEX %s', indexrelid::regclass) AS drop, pg_get_indexdef(indexrelid) AS create
  FROM pg_index
  WHERE indrelid = ANY(?::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
  ORDER BY indexrelid`;
