import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import { HOLDS } from '../database/sql.ts';
import type { PersonRights } from '../domain/acting-upon.ts';

/**
 * What an account holds beyond ordinary roles on a day, as a row to be joined: an account that is inactive keeps its
 * rights, which come back with it. `account` and `today` are expressions.
 */
export const assignmentsHeld = (account: string, today: string): string => `(
  SELECT coalesce(bool_or(role_kind = 'national'), false) AS national,
    coalesce(array_agg(organism_id) FILTER (WHERE role_kind = 'local_administrator'), '{}') AS administers
  FROM assignments
  WHERE account_id = ${account} AND role_kind <> 'ordinary' AND ${HOLDS('assignments', today)})`;

const RIGHTS = `
  SELECT listed.id, held.* FROM unnest($1::bigint[]) AS listed(id)
  CROSS JOIN LATERAL ${assignmentsHeld('listed.id', '$2')} AS held`;

/** What people hold beyond ordinary roles, on a day ('YYYY-MM-DD' in Paris): whom one may act upon (P9). */
export function personRightsRepository(db: Database) {
  return {
    /** One for each of these people. Read once they are locked: their rights then stand still. */
    ofEach: (ids: readonly number[], today: string): Promise<PersonRights[]> =>
      preparedQuery<PersonRights>(db, RIGHTS, [ids, today]),

    async of(id: number, today: string): Promise<PersonRights> {
      return (await this.ofEach([id], today))[0] as PersonRights;
    },
  };
}
