import type { Knex } from 'knex';
import type { Database } from '../knex.ts';
import { schemaState } from '../schema.ts';
import { type Finding, fail, ok, warn } from './finding.ts';
import { some } from './some.ts';

/** The migrations; `isThere` where there is a schema to look at. */
export async function migrationFindings(db: Database): Promise<{ findings: Finding[]; isThere: boolean }> {
  const { rows } = await db.raw(`SELECT to_regclass('public.migrations') IS NOT NULL AS there`);
  if (!rows[0].there) {
    const told = 'none: the database was never migrated';
    return {
      findings: [fail('migrations', told, 'run npm run db:migrate, npm start, or restore a backup')],
      isThere: false,
    };
  }
  const { missing, unknown } = await schemaState(db);
  if (missing.length > 0)
    return {
      findings: [fail('migrations', `not run: ${some(missing)}`, 'run npm run db:migrate')],
      isThere: false,
    };
  const findings =
    unknown.length > 0
      ? [warn('migrations', `newer than this version: ${some(unknown)}`, 'run the version that made them')]
      : [ok('migrations', 'all have run')];
  return { findings, isThere: true };
}

/** Indexes and the months of the trail. */
export async function tableFindings(db: Knex): Promise<Finding[]> {
  return [...(await indexFindings(db)), ...(await monthFindings(db)), ...(await statisticFindings(db))];
}

async function indexFindings(db: Knex): Promise<Finding[]> {
  const { rows } = await db.raw(`
    SELECT indexrelid::regclass::text AS name FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE NOT indisvalid AND relnamespace IN ('public'::regnamespace, to_regnamespace('graphile_worker')) ORDER BY 1
  `);
  const names: string[] = rows.map(({ name }: { name: string }) => name);
  if (names.length === 0) return [ok('indexes', 'all valid')];
  return [fail('indexes', `not valid, and not used: ${some(names)}`, 'as the owner: REINDEX INDEX for each')];
}

/** An act in a month without partition makes it; one that is missing tells that nobody does the nightly jobs. */
async function monthFindings(db: Knex): Promise<Finding[]> {
  const { rows } = await db.raw(`
    SELECT to_char(month, 'YYYY-MM') AS month FROM generate_series(date_trunc('month', now() AT TIME ZONE 'UTC'),
      date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month', interval '1 month') AS month
    WHERE to_regclass('public.audit_events_' || to_char(month, 'YYYY_MM')) IS NULL
  `);
  const months: string[] = rows.map(({ month }: { month: string }) => month);
  if (months.length === 0) return [ok('months of the trail', 'this one and the next are there')];
  const remedy = 'look whether jobs are done; npm run db:migrate makes them too';
  return [warn('months of the trail', `missing: ${months.join(', ')}`, remedy)];
}

async function statisticFindings(db: Knex): Promise<Finding[]> {
  const { rows } = await db.raw(`
    SELECT oid::regclass::text AS name FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND reltuples < 0 AND pg_relation_size(oid) > 1048576
    ORDER BY 1
  `);
  const names: string[] = rows.map(({ name }: { name: string }) => name);
  if (names.length === 0) return [ok('statistics', 'gathered')];
  return [warn('statistics', `never gathered: ${some(names)}`, 'as the owner: ANALYZE; is autovacuum on?')];
}
