import type { Database } from '../database/knex.ts';

/** What each job is given. Payloads are kept until the job is done: never a secret, never a token. */
export interface JobPayloads {
  mail: { messageId: number };
  'password-reset': { email: string };
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

    /** Adds many jobs of one kind in one statement. */
    async addMany<J extends keyof JobPayloads>(
      job: J,
      payloads: readonly JobPayloads[J][],
      attempts: number,
    ): Promise<void> {
      await db.raw(
        `SELECT count(*) FROM graphile_worker.add_jobs(ARRAY(
           SELECT ROW(?::text, payload::json, NULL, NULL, ?::int, NULL, NULL, NULL)::graphile_worker.job_spec
           FROM jsonb_array_elements(?::jsonb) AS payload))`,
        [job, attempts, JSON.stringify(payloads)],
      );
    },
  };
}
