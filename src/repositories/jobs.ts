import type { Database } from '../database/knex.ts';
import { purge } from './purge.ts';

/** What each job is given. Payloads are kept until the job is done: never a secret, never a token. */
export interface JobPayloads {
  mail: { messageId: number };
  'password-reset': { email: string };
  /** Too many passwords were refused for this address. */
  'passwords-refused': { email: string };
  /** Of a second factor, at its instant. */
  'factor-reset': { resetId: number };
  /** What is left of a file of nominations; null for a command. */
  nominations: { importId: number; accountId: number | null };
}

/** Jobs, added in the transaction of the act that asks for them: they are done only if it commits. */
export function jobRepository(db: Database) {
  return {
    /** `attempts`: how often the job may fail before it is given up; pauses grow from 3 seconds to 6 hours. */
    async add<J extends keyof JobPayloads>(job: J, payload: JobPayloads[J], attempts: number): Promise<void> {
      await db.raw('SELECT graphile_worker.add_job(?, ?::json, max_attempts => ?)', [
        job,
        JSON.stringify(payload),
        attempts,
      ]);
    },

    /** Adds a job to be done at that instant at the soonest; one that waits under the same key gives way to it. */
    async addFor<J extends keyof JobPayloads>(
      instant: Date,
      key: string,
      job: J,
      payload: JobPayloads[J],
      attempts: number,
    ): Promise<void> {
      await db.raw(
        'SELECT graphile_worker.add_job(?, ?::json, run_at => ?, job_key => ?, max_attempts => ?)',
        [job, JSON.stringify(payload), instant, key, attempts],
      );
    },

    /** Deletes every job: what they were about is replaced. */
    async forgetAll(): Promise<void> {
      await db.raw('DELETE FROM graphile_worker._private_jobs');
    },

    /** Deletes jobs of which no attempt is left, so many days after the last, and returns how many. Jobs keep their own clock. */
    purgeFailed: (days: number): Promise<number> =>
      purge(db, 'graphile_worker._private_jobs', (failed) =>
        failed
          .whereRaw('attempts >= max_attempts')
          .whereNull('locked_at')
          .whereRaw(`run_at < now() - ? * interval '1 day'`, [days]),
      ),
  };
}
