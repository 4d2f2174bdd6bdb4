import type { Database } from '../database/knex.ts';
import type { Clock } from '../domain/clock.ts';
import { exportService } from './exports.ts';
import { signInService } from './sign-in.ts';

export interface ServiceContext {
  db: Database;
  clock: Clock;
}

export type Services = ReturnType<typeof createServices>;

/** Every use case of the portal: one public method, one transaction, its events. */
export function createServices(context: ServiceContext) {
  return {
    signIn: signInService(context),
    exports: exportService(context),
  };
}
