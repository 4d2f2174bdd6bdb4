import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import { HOLDS } from '../database/sql.ts';
import type { PersonRights } from '../domain/acting-upon.ts';
import { dayInParis } from '../domain/calendar.ts';
import { isTrusted, TRUSTED_FOR_DAYS } from '../domain/factor-reset.ts';

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

/** Whether an account held more than ordinary roles a few days before an instant, which were taken away. */
export const heldLately = (account: string, now: string): string => `EXISTS (
  SELECT FROM assignments WHERE account_id = ${account} AND role_kind <> 'ordinary'
    AND ended_at > ${now}::timestamptz - interval '${TRUSTED_FOR_DAYS} days')`;

/** What people hold beyond ordinary roles, on a day ('YYYY-MM-DD' in Paris): whom one may act upon (P9). */
export function personRightsRepository(db: Database) {
  return {
    /** One for each of these people. Read once they are locked: their rights then stand still. */
    ofEach: (ids: readonly number[], today: string): Promise<PersonRights[]> =>
      preparedQuery<PersonRights>(db, RIGHTS, [ids, today]),

    /** Whether a second factor of theirs is one of who administers: they do, or did until lately (R89). */
    async isTrusted(id: number, now: Date): Promise<boolean> {
      const [found] = await preparedQuery<{ lately: boolean }>(
        db,
        `SELECT ${heldLately('$1', '$2')} AS lately`,
        [id, now],
      );
      return found?.lately === true || isTrusted(await this.of(id, dayInParis(now)));
    },

    async of(id: number, today: string): Promise<PersonRights> {
      return (await this.ofEach([id], today))[0] as PersonRights;
    },
  };
}
