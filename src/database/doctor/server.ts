import type { Knex } from 'knex';
import { type Finding, fail, ok, warn } from './finding.ts';

const OLDEST = 150_000;
const EXTENSIONS = ['unaccent', 'pg_trgm', 'btree_gin'];

/** Connections that a portal and a process that only does jobs take at most (docs/operating.md), and those of commands. */
const PORTAL = 36;
const WORKER = 15;
const COMMANDS = 10;

/** @throws why the server does not answer, or lets nobody in */
export async function knock(db: Knex): Promise<void> {
  await db.raw('SELECT');
}

/** The server, and what of it does not hang on the schema. */
export async function serverFindings(db: Knex): Promise<Finding[]> {
  return [
    ...(await versionFindings(db)),
    ...(await extensionFindings(db)),
    ...(await collationFindings(db)),
    ...(await connectionFindings(db)),
  ];
}

async function versionFindings(db: Knex): Promise<Finding[]> {
  const { rows } = await db.raw(`
    SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
      current_setting('server_encoding') AS encoding, pg_size_pretty(pg_database_size(current_database())) AS size
  `);
  const [{ version, number, encoding, size }] = rows;
  const told = `PostgreSQL ${version}, ${encoding}, ${size}`;
  if (number < OLDEST) return [fail('server', told, 'install PostgreSQL 15 or newer')];
  if (encoding !== 'UTF8') return [fail('server', told, 'create the database with ENCODING UTF8')];
  return [ok('server', told)];
}

async function extensionFindings(db: Knex): Promise<Finding[]> {
  const { rows } = await db.raw(
    `SELECT wanted.name, available.default_version AS available, available.installed_version AS installed
     FROM unnest(?::text[]) AS wanted(name) LEFT JOIN pg_available_extensions AS available USING (name)`,
    [EXTENSIONS],
  );
  const extensions: { name: string; available: string | null; installed: string | null }[] = rows;
  const missing = extensions.filter(({ available }) => available === null).map(({ name }) => name);
  if (missing.length > 0)
    return [
      fail('extensions', `${missing.join(', ')} not available`, 'install PostgreSQL’s contrib package'),
    ];
  const old = extensions.filter(({ installed, available }) => installed !== null && installed !== available);
  if (old.length > 0) {
    const updates = old.map(({ name }) => `ALTER EXTENSION ${name} UPDATE`).join('; ');
    return [warn('extensions', 'of an older version than the server has', `as the owner: ${updates}`)];
  }
  return [ok('extensions', EXTENSIONS.join(', '))];
}

/** An order that a library changed since an index was made: what is there is not found, or found twice. */
async function collationFindings(db: Knex): Promise<Finding[]> {
  const { rows } = await db.raw(`
    SELECT format('ALTER DATABASE %I REFRESH COLLATION VERSION', datname) AS refresh
    FROM pg_database WHERE datname = current_database() AND datcollversion <> pg_database_collation_actual_version(oid)
    UNION ALL
    SELECT format('ALTER COLLATION %s REFRESH VERSION', oid::regcollation) FROM pg_collation
    WHERE collversion <> pg_collation_actual_version(oid)
      AND oid IN (SELECT attcollation FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
                  WHERE relnamespace = 'public'::regnamespace)
  `);
  if (rows.length === 0) return [ok('collations', 'of the version that indexes were made with')];
  const refresh = rows.map((row: { refresh: string }) => row.refresh).join('; ');
  const told = 'another version than indexes were made with: searches and uniqueness may be wrong';
  return [fail('collations', told, `as the owner: REINDEX DATABASE; ${refresh}`)];
}

async function connectionFindings(db: Knex): Promise<Finding[]> {
  const { rows } = await db.raw(`
    SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS most,
      (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user) AS own,
      (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS used
  `);
  const [{ most, own, used }] = rows;
  const told = `${used} of ${most} in use${own < 0 ? '' : `, ${own} for the portal’s role`}`;
  const fewest = own < 0 ? most : Math.min(most, own);
  if (fewest < PORTAL)
    return [
      fail('connections', told, `one portal needs ${PORTAL}: raise max_connections, or the role’s limit`),
    ];
  if (used > most * 0.9 || fewest < PORTAL + WORKER + COMMANDS) {
    const need = `a portal takes ${PORTAL}, a worker ${WORKER}, a command ${COMMANDS}`;
    return [warn('connections', told, `${need}: count yours, and raise max_connections`)];
  }
  return [ok('connections', told)];
}
