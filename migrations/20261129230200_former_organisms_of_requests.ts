import type { Knex } from 'knex';

/**
 * The organisms that had a request before its person went to another one: their administrators are told where it is.
 * It was read from the trail, which decides nothing, and whose old months are purged. Filled back from what is left of it.
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`ALTER TABLE requests ADD former_organism_ids integer[] NOT NULL DEFAULT '{}'`);
  await db.raw(`
    UPDATE requests SET former_organism_ids = former.ids
    FROM (
      SELECT requests.id, array_agg(DISTINCT event.organism_id) AS ids
      FROM audit_events AS event JOIN requests ON requests.id = event.request_id
      WHERE event.action IN ('request.submitted', 'request.moved') AND event.organism_id <> requests.organism_id
      GROUP BY requests.id
    ) AS former
    WHERE former.id = requests.id
  `);
}

export async function down(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE requests DROP COLUMN former_organism_ids');
}
