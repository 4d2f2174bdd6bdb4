import { setTimeout as sleep } from 'node:timers/promises';
import { transaction } from '../../../src/database/transaction.ts';
import { job } from '../../../src/domain/audit-event.ts';
import { systemClock } from '../../../src/domain/clock.ts';
import { enqueueMessage } from '../../../src/repositories/outbox.ts';
import { accountOf } from '../../factories/accounts.ts';
import type { House } from './house.ts';
import { nationalEmail } from './people.ts';

/** A message that waits to leave, without a portal. */
export async function leaveMessage({ db }: House): Promise<void> {
  const { id, email, first_name: firstName, last_name: lastName } = await accountOf(db, nationalEmail(1));
  await transaction({ db, clock: systemClock, actor: job('proofs') }, (unit) =>
    enqueueMessage(unit, {
      template: 'password-reset',
      to: email,
      accountId: id,
      values: { firstName, lastName },
    }),
  );
}

/** Seconds until no message waits and no job is left; what is left after `patience` seconds is told. */
export async function untilQuiet(
  { db }: House,
  patience: number,
): Promise<{ seconds: number; stuck: string[] }> {
  const began = performance.now();
  for (;;) {
    const { rows } = await db.raw(`
      SELECT (SELECT count(*)::int FROM messages WHERE status <> 'sent') AS messages,
        (SELECT count(*)::int FROM graphile_worker.jobs WHERE task_identifier IN ('mail', 'password-reset')) AS jobs
    `);
    const seconds = (performance.now() - began) / 1000;
    const { messages, jobs } = rows[0];
    if (messages === 0 && jobs === 0) return { seconds, stuck: [] };
    if (seconds > patience) {
      const stuck = [
        `${messages} messages and ${jobs} jobs still wait ${Math.round(seconds)} s after the last act`,
      ];
      return { seconds, stuck };
    }
    await sleep(250);
  }
}

/** Messages that are said to have left, and that the mail server never had; or whose departure has not one event. */
export async function missingMessages({ db, mailbox }: House): Promise<string[]> {
  const received = new Set(
    mailbox.received.map(({ source }) => Number(/^Message-ID:\s*<(\d+)\./im.exec(source)?.[1])),
  );
  const sent: number[] = await db('messages').where({ status: 'sent' }).pluck('id');
  const lost = sent.filter((id) => !received.has(id));
  const { events } = (await db('audit_events')
    .where({ action: 'message.sent' })
    .count('* AS events')
    .first()) as { events: number };
  return [
    ...(lost.length > 0 ? [`messages ${lost.slice(0, 5).join(', ')}… « sent », which nobody received`] : []),
    ...(events !== sent.length ? [`${sent.length} messages left, ${events} events say so`] : []),
  ];
}
