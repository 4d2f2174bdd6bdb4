import { createMailTransport } from '../mail/transport.ts';
import type { JobPayloads } from '../repositories/jobs.ts';
import type { Attempt, JobContext } from './context.ts';
import { mailJob } from './mail.ts';
import { nightlyJobs } from './nightly.ts';
import { createRunner, type JobRunner } from './runner.ts';

/** The worker of this process. */
export type Worker = JobRunner;

type Handlers = { [J in keyof JobPayloads]: (payload: JobPayloads[J], attempt: Attempt) => Promise<void> };

/**
 * What does jobs, once it is started: messages, what requests left to do, and the nightly jobs. Any number of
 * processes may work on one database: each job is done once.
 */
export function createWorker(context: JobContext & { url: string }): Worker {
  const { url, services, clock, environment, logger } = context;
  const transport = createMailTransport(environment);
  const handlers: Handlers = {
    mail: mailJob(context, transport),
    nominations: (left) => services.nominations.takeUp(left),
    'passwords-refused': ({ email }) => services.signIn.tellRefused(email),
    'factor-reset': ({ resetId }) => services.factorResetAnswers.settleOne(resetId),
    'password-reset': ({ email }) => services.passwordReset.answer(email),
  };
  const runner = createRunner({ url, logger, clock, handlers, nightly: nightlyJobs(context) });
  return {
    ...runner,
    async stop() {
      await runner.stop();
      transport.close();
    },
  };
}
