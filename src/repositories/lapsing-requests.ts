import type { Database } from '../database/knex.ts';
import { nobodyHere, RESERVED } from './request-deciders.ts';

/** Until the end of a day in Paris. */
const UNTIL = (column: string): string => `${column} < (?::date + 1)::timestamp AT TIME ZONE 'Europe/Paris'`;

/** Requests that wait for a decision since a day or before; a change of address has a time of its own (P11). */
const WAITING = `status = 'pending' AND kind <> 'address' AND ${UNTIL('submitted_at')}`;

/** Which of them, with whom they are about. */
interface WaitingRequest {
  id: number;
  accountId: number | null;
}

/** Requests that nobody decides: told of, then closed (R80). Days are 'YYYY-MM-DD' in Paris. */
export function lapsingRequestRepository(db: Database) {
  const waiting = (day: string, limit: number) =>
    db('requests')
      .select({ id: 'id', accountId: 'account_id' })
      .whereRaw(WAITING, [day])
      .orderBy('id')
      .limit(limit);

  return {
    /** At most so many submitted on this day or before, that were told of on another one or before. */
    due: (day: string, told: string, limit: number): Promise<WaitingRequest[]> =>
      waiting(day, limit).whereRaw(UNTIL('lapse_told_at'), [told]),

    /** At most so many submitted on this day or before, that nothing was told of yet. */
    untold: (day: string, limit: number): Promise<WaitingRequest[]> =>
      waiting(day, limit).whereNull('lapse_told_at'),

    /** At most so many that nobody of their organism may decide today, and that Ucanss was not told of (P1). */
    async withoutDecider(today: string, limit: number): Promise<WaitingRequest[]> {
      return db('requests')
        .select({ id: 'id', accountId: 'account_id' })
        .where({ status: 'pending' })
        .whereNull('ucanss_told_at')
        .whereRaw(`NOT ${RESERVED}`)
        .whereRaw(nobodyHere('?'), [today])
        .orderBy('id')
        .limit(limit);
    },

    /** Keeps that Ucanss was told of these requests; returns those of which it had not been. */
    async markToldToUcanss(ids: readonly number[], at: Date): Promise<number[]> {
      const told = await db('requests')
        .whereRaw('id = ANY(?::bigint[])', [[...ids]])
        .whereNull('ucanss_told_at')
        .update({ ucanss_told_at: at })
        .returning('id');
      return told.map(({ id }) => id).toSorted((one, other) => one - other);
    },

    /** Locks those of these requests that still wait, and returns which. */
    async lockWaiting(ids: readonly number[]): Promise<number[]> {
      return db('requests')
        .whereRaw(`id = ANY(?::bigint[]) AND status = 'pending'`, [[...ids]])
        .orderBy('id')
        .forUpdate()
        .pluck('id');
    },

    /** Closes requests, already locked, that nobody decided. */
    async close(ids: readonly number[], at: Date): Promise<void> {
      await db('requests')
        .whereRaw('id = ANY(?::bigint[])', [[...ids]])
        .update({ status: 'cancelled', cancelled_at: at, lapsed: true });
    },

    /** Keeps that those of these requests, already locked, were told of; returns which had not been. */
    async markTold(ids: readonly number[], at: Date): Promise<number[]> {
      const told = await db('requests')
        .whereRaw('id = ANY(?::bigint[])', [[...ids]])
        .whereNull('lapse_told_at')
        .update({ lapse_told_at: at })
        .returning('id');
      return told.map(({ id }) => id).toSorted((one, other) => one - other);
    },
  };
}
