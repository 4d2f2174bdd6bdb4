import type { Knex } from 'knex';

// Where one asks for people, their events are read from the index alone: other criteria are tested there.
const TESTED = 'INCLUDE (action, organism_id, subject_account_id, actor_account_id)';
const LATEST = 'occurred_at DESC, id DESC';

/**
 * The trail in order of time, which is that of its partitions: the latest events of ten million are then read from
 * the newest partitions, and no others. Beside an organism, an act has an index of its own: what is frequent in
 * neither may be rare in both.
 */
const INDEXES = {
  audit_events_latest: `(${LATEST})`,
  audit_events_of_subject: `(subject_account_id, ${LATEST}) ${TESTED}`,
  audit_events_of_actor: `(actor_account_id, ${LATEST}) ${TESTED}`,
  audit_events_of_organism: `(organism_id, ${LATEST})`,
  audit_events_of_organism_and_action: `(organism_id, action, ${LATEST})`,
  audit_events_of_action: `(action, ${LATEST})`,
} as const;

const FORMER = {
  audit_events_of_subject: '(subject_account_id, id DESC)',
  audit_events_of_organism: '(organism_id, id DESC)',
  audit_events_of_actor: '(actor_account_id, id DESC)',
  audit_events_of_action: '(action, id DESC)',
} as const;

export async function up(db: Knex): Promise<void> {
  await replace(db, FORMER, INDEXES);
}

export async function down(db: Knex): Promise<void> {
  await replace(db, INDEXES, FORMER);
}

async function replace(db: Knex, old: Record<string, string>, made: Record<string, string>): Promise<void> {
  for (const name of Object.keys(old)) await db.raw(`DROP INDEX ${name}`);
  for (const [name, definition] of Object.entries(made)) {
    await db.raw(`CREATE INDEX ${name} ON audit_events ${definition}`);
  }
}
