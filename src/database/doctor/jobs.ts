import type { Knex } from 'knex';
import { countRunners } from '../runner-names.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

/** Seconds that a message may wait, as the alert of docs/operating.md, and as nobody notices it. */
const LATE = 900;
const VERY_LATE = 6 * 3_600;

/** Who does jobs, and what waits for it. */
export async function jobFindings(db: Knex): Promise<Finding[]> {
  const doing = await countRunners(db);
  const { rows } = await db.raw(`
    SELECT (SELECT count(*)::int FROM messages WHERE status = 'queued') AS waiting,
      (SELECT count(*)::int FROM messages WHERE status = 'failed') AS failed,
      (SELECT extract(epoch FROM now() - min(coalesce(resent_at, created_at)))::int FROM messages
       WHERE status = 'queued') AS oldest
  `);
  const [{ waiting, failed, oldest }] = rows;
  return [
    doing > 0
      ? ok('jobs', `done by ${doing} processes`)
      : warn('jobs', 'no process does them: messages do not leave', 'start the portal, or npm run worker'),
    messageFinding(waiting, oldest ?? 0),
    failed === 0
      ? ok('messages given up', 'none')
      : warn('messages given up', String(failed), '« Messages », in the national menu, tells why'),
  ];
}

function messageFinding(waiting: number, oldest: number): Finding {
  if (waiting === 0) return ok('messages', 'none waits');
  const told = `${waiting} wait, the oldest for ${Math.round(oldest / 60)} minutes`;
  const remedy = 'look at SMTP_URL, and at the log for why they do not leave';
  if (oldest > VERY_LATE) return fail('messages', told, remedy);
  return oldest > LATE ? warn('messages', told, remedy) : ok('messages', told);
}
