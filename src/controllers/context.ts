import type { Logger } from 'pino';
import type { Environment } from '../config/environment.ts';
import type { ClockWatch } from '../database/clock-watch.ts';
import type { Database } from '../database/knex.ts';
import type { Clock } from '../domain/clock.ts';
import type { Press } from '../exports/press.ts';
import type { SnapshotSource } from '../repositories/snapshot.ts';
import type { Services } from '../services/index.ts';

/** What controllers are made of. */
export interface AppContext {
  db: Database;
  services: Services;
  clock: Clock;
  clockWatch: ClockWatch;
  environment: Environment;
  snapshot: SnapshotSource;
  logger: Logger;
  /** Where files are made. */
  press: Press;
  /** True where the demonstration data is loaded: its accounts and captured messages are then on show. */
  demonstration: boolean;
}
