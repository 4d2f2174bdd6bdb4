import type { Knex } from 'knex';

/** Keeps accounts.role_ids equal to the roles of the assignments that were not ended. */
export async function up(db: Knex): Promise<void> {
  // The rows are locked by a statement of its own, before the one that counts: two grants at once to the same
  // person would otherwise each write what it saw, and one role would be lost from the read model.
  await db.raw(`
    CREATE FUNCTION refresh_role_ids(account_ids bigint[]) RETURNS void
    LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM 1 FROM accounts WHERE id = ANY(account_ids) ORDER BY id FOR NO KEY UPDATE;
      UPDATE accounts SET role_ids = held.role_ids
      FROM (
        SELECT listed.id, coalesce(array_agg(DISTINCT role_id ORDER BY role_id)
                                   FILTER (WHERE role_id IS NOT NULL), '{}') AS role_ids
        FROM unnest(account_ids) AS listed(id)
        LEFT JOIN assignments ON assignments.account_id = listed.id AND ended_at IS NULL
        GROUP BY listed.id
      ) AS held
      WHERE accounts.id = held.id AND accounts.role_ids IS DISTINCT FROM held.role_ids;
    END $$
  `);
  await db.raw(`
    CREATE FUNCTION assignments_changed() RETURNS trigger
    LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' THEN
        PERFORM refresh_role_ids(ARRAY(SELECT DISTINCT account_id FROM old_rows));
      ELSE
        PERFORM refresh_role_ids(ARRAY(SELECT DISTINCT account_id FROM new_rows));
      END IF;
      RETURN NULL;
    END $$
  `);
  // One statement-level trigger an event: PostgreSQL allows transition tables for one event at a time.
  for (const [event, rows] of [
    ['INSERT', 'NEW TABLE AS new_rows'],
    ['UPDATE', 'NEW TABLE AS new_rows'],
    ['DELETE', 'OLD TABLE AS old_rows'],
  ] as const) {
    await db.raw(`
      CREATE TRIGGER assignments_after_${event.toLowerCase()} AFTER ${event} ON assignments
      REFERENCING ${rows} FOR EACH STATEMENT EXECUTE FUNCTION assignments_changed()
    `);
  }
}

export async function down(db: Knex): Promise<void> {
  for (const event of ['insert', 'update', 'delete']) {
    await db.raw(`DROP TRIGGER assignments_after_${event} ON assignments`);
  }
  await db.raw('DROP FUNCTION assignments_changed()');
  await db.raw('DROP FUNCTION refresh_role_ids(bigint[])');
}
