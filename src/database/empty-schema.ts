import { KEEPER } from './embedded/hold.ts';
import type { Database } from './knex.ts';

/** Connections of others to this database; what only keeps an embedded server running is none. */
const OTHERS = `
  SELECT count(*) AS others FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
    AND application_name <> ?
`;

/** Takes everything out of the database, unless somebody else is connected to it: then nothing, and false. */
export function emptySchema(db: Database): Promise<boolean> {
  return db.transaction(async (trx) => {
    const { rows } = await trx.raw<{ rows: { others: number }[] }>(OTHERS, [KEEPER]);
    if ((rows[0]?.others ?? 0) > 0) return false;
    await trx.raw('DROP SCHEMA IF EXISTS graphile_worker CASCADE');
    await trx.raw('DROP SCHEMA public CASCADE');
    await trx.raw('CREATE SCHEMA public');
    return true;
  });
}
