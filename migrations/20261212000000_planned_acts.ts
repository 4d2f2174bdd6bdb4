import type { Knex } from 'knex';

/**
 * What is asked now and takes effect on a day: departures, delegations that begin later, nominations to come. Judged
 * anew on that day (P10); end dates of rights stay what they are (P8).
 */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE planned_acts (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      kind text NOT NULL CHECK (kind IN ('departure', 'delegation', 'nomination')),
      -- The day in Paris on which it is done.
      effective_on date NOT NULL,
      -- Null for a nomination, whose person may have no account yet.
      account_id bigint REFERENCES accounts,
      organism_id integer NOT NULL REFERENCES organisms,
      -- What it will do, by its kind (src/domain/planned-act.ts).
      terms jsonb NOT NULL,
      -- Null for a command.
      asked_by bigint REFERENCES accounts,
      asked_at timestamptz NOT NULL,
      -- What Ucanss asked is for Ucanss alone to give up (P9).
      by_ucanss boolean NOT NULL,
      state text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'done', 'cancelled', 'ended')),
      ended_at timestamptz,
      CHECK ((state = 'planned') = (ended_at IS NULL)),
      CHECK (account_id IS NOT NULL OR kind = 'nomination')
    )
  `);
  // One departure of a person, and one delegation for an organism, are to come at most.
  await db.raw(`
    CREATE UNIQUE INDEX planned_acts_once ON planned_acts (account_id, kind, organism_id)
      WHERE state = 'planned' AND kind <> 'nomination'
  `);
  // What is due, and « Actes prévus » in their order.
  await db.raw(`CREATE INDEX planned_acts_due ON planned_acts (effective_on, id) WHERE state = 'planned'`);
  // What ends when who asked it may ask it no more.
  await db.raw(`CREATE INDEX planned_acts_asked ON planned_acts (asked_by) WHERE state = 'planned'`);
  await db.raw(`CREATE INDEX planned_acts_of_organism ON planned_acts (organism_id, effective_on, id)
    WHERE state = 'planned'`);
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('planned_acts');
}
