import type { Knex } from 'knex';

/** The last number that the identity of a table gave out, 0 before the first. */
export async function lastId(trx: Knex.Transaction, table: string): Promise<number> {
  const sequence = await trx.raw('SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS last FROM ??', [
    `${table}_id_seq`,
  ]);
  return sequence.rows[0].last;
}
