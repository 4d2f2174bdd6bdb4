import type { Knex } from 'knex';

/**
 * Whether Ucanss closed an account of its own accord: then it alone opens it again, or moves it (P9). Where the account
 * is active it says nothing. Filled back: who closed it held « Administrateur Ucanss » at that moment.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE accounts ADD closed_by_ucanss boolean NOT NULL DEFAULT false');
  await db.raw(`
    UPDATE accounts SET closed_by_ucanss = true
    WHERE NOT active AND EXISTS (
      SELECT 1 FROM assignments held JOIN roles ON roles.id = held.role_id
      WHERE roles.code = 'administrateur-ucanss' AND held.account_id = accounts.deactivated_by
        AND held.granted_at <= accounts.deactivated_at
        AND (held.ended_at IS NULL OR held.ended_at > accounts.deactivated_at)
    )
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE accounts DROP COLUMN closed_by_ucanss');
}
