import type { Knex } from 'knex';

/**
 * The same refresh of accounts.role_ids, nine times as fast for one person: PostgreSQL guessed a hundred people and
 * planned anew at each call. The shape leaves one good plan, whatever their number; the setting keeps it.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE OR REPLACE FUNCTION refresh_role_ids(account_ids bigint[]) RETURNS void
    LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
    BEGIN
      PERFORM 1 FROM accounts WHERE id = ANY(account_ids) ORDER BY id FOR NO KEY UPDATE;
      UPDATE accounts SET role_ids = held.role_ids
      FROM unnest(account_ids) AS listed(id)
      CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(DISTINCT role_id ORDER BY role_id), '{}') AS role_ids
        FROM assignments WHERE account_id = listed.id AND ended_at IS NULL
      ) AS held
      WHERE accounts.id = listed.id AND accounts.role_ids IS DISTINCT FROM held.role_ids;
    END $$
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw(`
    CREATE OR REPLACE FUNCTION refresh_role_ids(account_ids bigint[]) RETURNS void
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
}
