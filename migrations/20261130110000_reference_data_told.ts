import type { Knex } from 'knex';

const TABLES = ['branches', 'organisms', 'applications', 'roles'];

/**
 * Each process keeps the reference data in memory (src/repositories/snapshot.ts) for as long as nobody says that it has
 * changed. The database says so, whoever changes it: the portal, a load, or somebody with psql. Once a transaction,
 * when it commits.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE FUNCTION tell_reference_data() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_notify('portail_reference_data', '');
      RETURN NULL;
    END $$
  `);
  for (const table of TABLES) {
    await db.raw(`
      CREATE TRIGGER ${table}_told AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON ${table}
      FOR EACH STATEMENT EXECUTE FUNCTION tell_reference_data()
    `);
  }
}

export async function down(db: Knex): Promise<void> {
  for (const table of TABLES) await db.raw(`DROP TRIGGER ${table}_told ON ${table}`);
  await db.raw('DROP FUNCTION tell_reference_data()');
}
