import type { Database } from '../database/knex.ts';
import type { Clock } from '../domain/clock.ts';
import { administratorService } from './administrators.ts';
import { askingService } from './asking.ts';
import { decidingService } from './deciding.ts';
import { exportService } from './exports.ts';
import { passwordChoiceService } from './password-choice.ts';
import { passwordResetService } from './password-reset.ts';
import { refusalReasonService } from './refusal-reasons.ts';
import { registrationService } from './registration.ts';
import { signInService } from './sign-in.ts';
import { upkeepService } from './upkeep.ts';

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
    passwordReset: passwordResetService(context),
    passwordChoice: passwordChoiceService(context),
    upkeep: upkeepService(context),
    administrators: administratorService(context),
    registration: registrationService(context),
    asking: askingService(context),
    deciding: decidingService(context),
    refusalReasons: refusalReasonService(context),
  };
}
