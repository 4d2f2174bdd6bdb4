import type { Knex } from 'knex';

// What stands before the name of an organism in a sentence (« la CAF du Jura »). Null: the first word of the name says it, as
// it did before there was a column.
export async function up(db: Knex): Promise<void> {
  await db.raw("ALTER TABLE organisms ADD COLUMN article text CHECK (article IN ('le', 'la', 'l’', ''))");
}

export async function down(db: Knex): Promise<void> {
  await db.raw('ALTER TABLE organisms DROP COLUMN article');
}
