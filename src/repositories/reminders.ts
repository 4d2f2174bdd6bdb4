import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import { HOLDS } from '../database/sql.ts';
import type { Decider } from '../domain/decider.ts';
import { pendingOf } from './request-deciders.ts';

/** A local administrator, and the requests that wait for them. */
export interface AwaitedAdministrator extends Decider {
  waiting: number;
  /** When the oldest was submitted. */
  since: Date;
}

// Each counts what they may decide: not their own (P1).
const AWAITED = `
  SELECT a.id, a.first_name AS "firstName", a.last_name AS "lastName", a.email, own.waiting, own.since
  FROM assignments s JOIN accounts a ON a.id = s.account_id
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS waiting, min(submitted_at) AS since FROM ${pendingOf.local('s.organism_id', 'a.id')}
  ) AS own
  WHERE s.role_kind = 'local_administrator' AND s.organism_id = $2 AND ${HOLDS('s', '$1')} AND a.active
    AND own.waiting > 0
  ORDER BY a.last_key, a.first_key, a.id`;

const WAITING = `SELECT id FROM ${pendingOf.localOf('$2', '$1')} ORDER BY id FOR UPDATE`;

/** The last reminder of an organism: an expression, as the argument. */
export const lastReminder = (organism: string): string =>
  `(SELECT max(reminded.deciders_reminded_at) FROM requests reminded WHERE reminded.organism_id = ${organism}
    AND reminded.deciders_reminded_at IS NOT NULL)`;

const LAST = `SELECT ${lastReminder('$1')} AS at`;

/** Reminders to the local administrators of an organism. `today` is a day in Paris, 'YYYY-MM-DD'. */
export function reminderRepository(db: Database) {
  return {
    /** The active local administrators of an organism for whom something waits, in alphabetical order. */
    awaitedIn: (organismId: number, today: string): Promise<AwaitedAdministrator[]> =>
      preparedQuery<AwaitedAdministrator>(db, AWAITED, [today, organismId]),

    /** When those of an organism were last reminded; null for never. */
    async lastOf(organismId: number): Promise<Date | null> {
      const [last] = await preparedQuery<{ at: Date | null }>(db, LAST, [organismId]);
      return last?.at ?? null;
    },

    /** Keeps that they have just been reminded of what waits for them; returns how many requests that is. */
    async mark(organismId: number, today: string, at: Date): Promise<number> {
      const waiting = await preparedQuery<{ id: number }>(db, WAITING, [today, organismId]);
      return db('requests')
        .whereRaw('id = ANY(?::bigint[])', [waiting.map(({ id }) => id)])
        .update({ deciders_reminded_at: at });
    },
  };
}
