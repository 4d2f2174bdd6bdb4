import type { Knex } from 'knex';

/**
 * A batch begins as a draft, which takes the place of what was announced under a key; selections of requests are drafts
 * too. `batch_announcements` and `batches.announcement` are used no more, and stay for the release before.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    ALTER TABLE batches
      -- By default what the release before writes: it has no drafts.
      ADD COLUMN state text NOT NULL DEFAULT 'done' CHECK (state IN ('draft', 'done', 'dropped')),
      -- Of a draft: whom it was announced for, exactly. Accounts, or requests where they are accepted or refused.
      ADD COLUMN selected_ids bigint[] CHECK (state <> 'draft' OR selected_ids IS NOT NULL),
      -- How many left with it; null where it was not counted.
      ADD COLUMN messages integer CHECK (messages >= 0),
      -- Ucanss decides requests of several organisms at once.
      ALTER COLUMN organism_id DROP NOT NULL,
      DROP CONSTRAINT batches_kind_check,
      DROP CONSTRAINT batches_check,
      ADD CONSTRAINT batches_kind_check CHECK (kind IN ('grant', 'remove', 'deactivate', 'accept', 'refuse')),
      ADD CONSTRAINT batches_role_check CHECK ((kind IN ('grant', 'remove')) = (role_id IS NOT NULL)),
      ADD CONSTRAINT batches_organism_check CHECK (organism_id IS NOT NULL OR kind IN ('accept', 'refuse'))
  `);
  // What waits: of a person whose rights have changed, and what nobody confirmed in time.
  await db.raw(`CREATE INDEX batches_drafts ON batches (created_by, created_at) WHERE state = 'draft'`);
  // The right that was given or taken away, where one was; null in what was done before.
  await db.raw('ALTER TABLE batch_lines ADD COLUMN assignment_id bigint REFERENCES assignments');
}

export async function down(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE batch_lines DROP COLUMN assignment_id');
  await db.raw(`DELETE FROM batches WHERE state <> 'done' OR kind IN ('accept', 'refuse')`);
  await db.raw('DROP INDEX batches_drafts');
  await db.raw(`
    ALTER TABLE batches
      DROP COLUMN state,
      DROP COLUMN selected_ids,
      DROP COLUMN messages,
      ALTER COLUMN organism_id SET NOT NULL,
      DROP CONSTRAINT batches_kind_check,
      DROP CONSTRAINT batches_role_check,
      DROP CONSTRAINT batches_organism_check,
      ADD CONSTRAINT batches_kind_check CHECK (kind IN ('grant', 'remove', 'deactivate')),
      ADD CONSTRAINT batches_check CHECK ((kind = 'deactivate') = (role_id IS NULL))
  `);
}
