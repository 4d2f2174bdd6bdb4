import { z } from 'zod';
import { isMigrated } from '../database/migrate.ts';
import { systemClock } from '../domain/clock.ts';
import { email } from '../schemas/fields.ts';
import type { CommandRefusal } from '../services/factor-reset-answers.ts';
import { createServices } from '../services/index.ts';
import { readArguments, refuse } from './arguments.ts';
import { withDatabase } from './with-database.ts';

/** Why nothing was reset. */
const REFUSALS: Record<CommandRefusal, string> = {
  unknown: 'has no account: nothing was changed.',
  not_national:
    'is no active administrateur Ucanss: administrators reset the second factor of anybody else from the page of their account. Nothing was changed.',
  no_factor: 'has no second factor: nothing was changed.',
};

const given = readArguments({
  name: 'npm run factor:reset',
  about:
    'Ends at once the second factor of an administrateur Ucanss, whom a message tells. Their password stays: they sign in with it, and add another factor.',
  options: {
    email: {
      type: 'string',
      value: 'ADDRESS',
      required: true,
      about: 'their address, by which they sign in',
    },
  },
});
const parsed = z.object({ email }).safeParse(given);
if (!parsed.success) refuse('--email must be a whole e-mail address, of ASCII characters.');
const address = parsed.data.email;

await withDatabase(async ({ db }) => {
  if (!(await isMigrated(db))) throw new Error('The schema is not up to date: run npm run db:migrate first.');
  const refusal = await createServices({ db, clock: systemClock }).factorResetAnswers.resetByCommand(address);
  if (refusal === null)
    console.log(`The second factor of ${address} is reset, and their sessions have ended.`);
  else {
    console.error(`${address} ${REFUSALS[refusal]}`);
    process.exitCode = 1;
  }
});
