import type { Knex } from 'knex';
import { MIGRATIONS_TABLE } from '../schema.ts';

/**
 * Tables that no backup holds. What opens a door must not open it again: sessions, the devices that an account knows,
 * links of messages and forms kept for a quarter of an hour may have been closed or used since. Counters of attempts are
 * of the moment. The migrations are told by their names. Jobs stand in a schema of their own: those of messages are made
 * again from the messages that wait.
 */
const LEFT_OUT = [
  ...['sessions', 'known_devices', 'tokens', 'kept_forms', 'rate_limits'],
  ...[MIGRATIONS_TABLE, `${MIGRATIONS_TABLE}_lock`],
];

/** A table with the columns that are written: PostgreSQL computes the others. */
export interface TableLayout {
  table: string;
  columns: string[];
}

/** One that has partitions: the trail. */
export const TRAIL = 'audit_events';

/** The tables of a backup, in order of name, with their columns in order. */
export async function tablesOf(db: Knex): Promise<TableLayout[]> {
  const { rows } = await db.raw(
    `SELECT c.relname AS table, array_agg(a.attname::text ORDER BY a.attnum) AS columns
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND c.relname <> ALL (?)
     GROUP BY c.relname ORDER BY c.relname COLLATE "C"`,
    [LEFT_OUT],
  );
  return rows;
}

/** Every table of the portal but those that only tell its schema: what a restoration empties. */
export async function tablesToEmpty(db: Knex): Promise<string[]> {
  const { rows } = await db.raw(
    `SELECT relname AS table FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
       AND relname !~ ? ORDER BY relname COLLATE "C"`,
    [`^${MIGRATIONS_TABLE}(_lock)?$`],
  );
  return rows.map(({ table }: { table: string }) => table);
}

/** The partitions of the trail, by name. */
export async function partitionsOf(db: Knex): Promise<string[]> {
  const { rows } = await db.raw(
    `SELECT relname AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
     WHERE inhparent = to_regclass(?) ORDER BY relname COLLATE "C"`,
    [`public.${TRAIL}`],
  );
  return rows.map(({ name }: { name: string }) => name);
}

/** Bytes of each table on disk, without its indexes: how long copying it takes beside the others. */
export async function sizesOf(db: Knex): Promise<Map<string, number>> {
  const { rows } = await db.raw(
    `SELECT root.relname AS table, sum(pg_table_size(part.relid))::float8 AS bytes
     FROM pg_class root, LATERAL pg_partition_tree(root.oid) AS part
     WHERE root.relnamespace = 'public'::regnamespace AND root.relkind = 'p' GROUP BY root.relname
     UNION ALL
     SELECT relname, pg_table_size(oid)::float8 FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND NOT relispartition`,
  );
  return new Map(rows.map(({ table, bytes }: { table: string; bytes: number }) => [table, bytes]));
}

/** The last number that each sequence has given; those that gave none are left out. */
export async function sequencesOf(db: Knex): Promise<Record<string, number>> {
  const { rows } = await db.raw(
    `SELECT sequencename AS name, last_value AS last FROM pg_sequences
     WHERE schemaname = 'public' AND last_value IS NOT NULL AND sequencename !~ ?
     ORDER BY sequencename COLLATE "C"`,
    [`^${MIGRATIONS_TABLE}_`],
  );
  return Object.fromEntries(rows.map(({ name, last }: { name: string; last: number }) => [name, last]));
}
