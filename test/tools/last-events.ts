import type { Database } from '../../src/database/knex.ts';

// Messages leave when the portal has time for them: no test knows when it is.
const ofActs = (db: Database) => db('audit_events').whereNot('action', 'like', 'message.%');

/** The last events but those of messages, the newest first. */
export const lastEvents = (db: Database, count: number) => ofActs(db).orderBy('id', 'desc').limit(count);

export const lastEvent = async (db: Database) => (await lastEvents(db, 1))[0];

/** How many there are, but those of messages. */
export const countEvents = async (db: Database): Promise<number> =>
  Number((await ofActs(db).count('* as n').first())?.n);
