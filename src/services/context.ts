import type { Database } from '../database/knex.ts';
import type { Clock } from '../domain/clock.ts';

/** What services are made of. */
export interface ServiceContext {
  db: Database;
  clock: Clock;
}
