import type { Knex } from 'knex';

const OFFERED = [
  'La fonction occupée ne justifie pas cet accès.',
  'La demande doit être faite par votre responsable.',
  'Un autre rôle de la même application répond à votre besoin.',
  'La personne ne fait pas partie de notre organisme.',
];

/** Ready-made reasons to refuse a request: those of Ucanss (no organism), and those that an organism adds. */
export async function up(db: Knex): Promise<void> {
  await db.raw(`
    CREATE TABLE refusal_reasons (
      id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      organism_id integer REFERENCES organisms,
      text text NOT NULL CHECK (length(text) BETWEEN 1 AND 300),
      UNIQUE NULLS NOT DISTINCT (organism_id, text)
    )
  `);
  await db('refusal_reasons').insert(OFFERED.map((text) => ({ text })));
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable('refusal_reasons');
}
