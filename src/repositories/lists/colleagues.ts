import type { Database } from '../../database/knex.ts';
import { StatementValues, where } from '../../database/sql.ts';
import type { Colleague } from '../../domain/colleague.ts';
import { plannedQuery } from './query.ts';
import { keyHolds } from './words.ts';

/** More are not told apart by one text. */
const MOST = 200;

/**
 * The active people of the organism, but the one who is to be like them, whose name or address holds each of these words:
 * in the order of names, MOST of them at most.
 */
export function findColleagues(
  db: Database,
  words: readonly string[],
  { organismId, except }: { organismId: number; except: number | null },
): Promise<Colleague[]> {
  const values = new StatementValues();
  const conditions = [
    `organism_id = ${values.add(organismId)}`,
    'active',
    ...(except === null ? [] : [`id <> ${values.add(except)}`]),
    ...words.map((word) => keyHolds('search_key', word, 'namesOrAddress', values)),
  ];
  return plannedQuery<Colleague>(
    db,
    `SELECT id, first_name AS "firstName", last_name AS "lastName", email, function_title AS "functionTitle"
     FROM accounts ${where(conditions)} ORDER BY last_key, first_key, id LIMIT ${MOST}`,
    values.list,
  );
}
