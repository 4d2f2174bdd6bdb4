import type { Database } from '../database/knex.ts';
import type { Clock } from '../domain/clock.ts';

/** What services are made of. */
export interface ServiceContext {
  db: Database;
  /** Connections for acts on many people and for the night's work; `db` where it is not told. */
  batchDb?: Database;
  clock: Clock;
}
