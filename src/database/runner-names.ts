import type { Knex } from 'knex';
import type pg from 'pg';
import { InstallationError } from './schema.ts';

// Any number that nothing else locks on.
const LOCKS = 7_310_392;

/** Takes the name of a runner for as long as this very connection lasts. */
export async function holdRunnerName(client: pg.Client, name: string): Promise<void> {
  await client.query('SELECT pg_advisory_lock($1, hashtext($2))', [LOCKS, name]);
}

/** True where the database answers on this very connection. */
export const answersOn = (client: pg.Client): Promise<boolean> =>
  client.query('SELECT 1').then(
    () => true,
    () => false,
  );

/** How many processes do the jobs of this database, as any role sees it: portals and workers. */
export async function countRunners(db: Knex): Promise<number> {
  const { rows } = await db.raw(
    `SELECT count(DISTINCT pid)::int AS runners FROM pg_locks JOIN pg_database ON pg_database.oid = database
     WHERE datname = current_database() AND locktype = 'advisory' AND granted AND classid = ?`,
    [LOCKS],
  );
  return rows[0].runners;
}

/** @throws InstallationError where a portal or a worker uses this database */
export async function requireUnused(db: Knex): Promise<void> {
  if ((await countRunners(db)) > 0)
    throw new InstallationError('A portal or a worker uses this database: stop every one of them first.');
}

/** Frees the jobs of runners whose name nobody holds, and tells each; `own` is the name of who looks. */
export async function freeJobsOfDead(
  client: pg.Client,
  own: string,
  onFreed: (name: string) => void,
): Promise<void> {
  // A runner that began a moment ago may not hold its name yet.
  const { rows } = await client.query<{ name: string }>(
    `SELECT DISTINCT locked_by AS name FROM graphile_worker._private_jobs
     WHERE locked_at < now() - interval '2 seconds' AND locked_by <> $1`,
    [own],
  );
  for (const { name } of rows) {
    const { rows: tried } = await client.query<{ free: boolean }>(
      'SELECT pg_try_advisory_lock($1, hashtext($2)) AS free',
      [LOCKS, name],
    );
    if (!tried[0]?.free) continue;
    await client.query('SELECT graphile_worker.force_unlock_workers($1)', [[name]]);
    await client.query('SELECT pg_advisory_unlock($1, hashtext($2))', [LOCKS, name]);
    onFreed(name);
  }
}
