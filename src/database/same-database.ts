import { randomInt } from 'node:crypto';
import type { Knex } from 'knex';

const LARGEST = 2 ** 31;

/**
 * True where two pools lead to one database of one server, whatever their addresses and roles. One takes a lock under a
 * number drawn by chance, which the other finds taken there alone: names and identifiers are the same in a copied
 * server, addresses are not through a proxy. It writes nothing, and any role may do it.
 * @param other a pool of its own, never `one`
 */
export function sameDatabase(one: Knex, other: Knex): Promise<boolean> {
  const key = [randomInt(LARGEST), randomInt(LARGEST)];
  // In a transaction: it ends with it, and a pooler keeps the connection for it.
  return one.transaction(async (trx) => {
    await trx.raw('SELECT pg_advisory_xact_lock(?::int, ?::int)', key);
    const { rows } = await other.raw('SELECT pg_try_advisory_xact_lock(?::int, ?::int) AS free', key);
    return !rows[0].free;
  });
}
