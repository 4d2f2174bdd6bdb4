import type { Logger } from 'pino';
import type { Environment } from '../config/environment.ts';
import type { Clock } from '../domain/clock.ts';
import type { SnapshotSource } from '../repositories/snapshot.ts';
import type { Services } from '../services/index.ts';

/** What jobs are made of. */
export interface JobContext {
  services: Services;
  /** What messages say of organisms. */
  snapshot: SnapshotSource;
  clock: Clock;
  environment: Environment;
  logger: Logger;
}

/** Where an attempt stands among those that a job is given. */
export interface Attempt {
  isLast: boolean;
}
