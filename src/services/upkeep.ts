import { type ActContext, transaction, type UnitOfWork } from '../database/transaction.ts';
import { type AuditEvent, job } from '../domain/audit-event.ts';
import { dayInParis } from '../domain/clock.ts';
import { enqueueMessage } from '../mail/outbox.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { assignmentRepository } from '../repositories/assignments.ts';
import { batchAnnouncementRepository } from '../repositories/batch-announcements.ts';
import { emailChangeRepository } from '../repositories/email-changes.ts';
import { type DatedRight, endDateRepository } from '../repositories/end-dates.ts';
import { messageRepository } from '../repositories/messages.ts';
import { tokenRepository } from '../repositories/tokens.ts';
import { unconfirmedRepository } from '../repositories/unconfirmed-requests.ts';
import type { ServiceContext } from './context.ts';
import { giveUpMessage } from './messages.ts';

const DAY = 86_400_000;
/** A week's warning before a right ends. */
const WARNING_DAYS = 7;
/** A confirmation link holds 72 hours from a message that may have left a day late. */
const UNCONFIRMED_DAYS = 7;
const SENT_MESSAGE_DAYS = 90;
const ENDED_LINK_DAYS = 30;
/** A message's last attempt comes within a day; one still queued after two has lost its job in a crash. */
const STALE_MESSAGE_DAYS = 2;
const ANNOUNCEMENT_DAYS = 1;
/** People whose rights are ended in one transaction. */
const BATCH = 200;

/** What the portal does by itself, each night. */
export function upkeepService({ db, clock }: ServiceContext) {
  const as = (name: string): ActContext => ({ db, clock, actor: job(name) });
  const daysAgo = (days: number) => new Date(clock.now().getTime() - days * DAY);

  return {
    /** Writes the end of rights whose end date has passed, and returns how many (P8). They held no more already. */
    async endExpired(): Promise<number> {
      let ended = 0;
      for (;;) {
        const holders = await endDateRepository(db).holdersOfExpired(dayInParis(clock.now()), BATCH);
        if (holders.length === 0) return ended;
        const count = await transaction(as('end-dates'), (unit) => endExpiredOf(unit, holders));
        // None: another process has just ended them.
        if (count === 0) return ended;
        ended += count;
      }
    },

    /** Tells people, once, that a right ends within a week (P8). */
    async warnOfEndings(): Promise<void> {
      const now = clock.now().getTime();
      const [first, last] = [dayInParis(new Date(now)), dayInParis(new Date(now + WARNING_DAYS * DAY))];
      // Who was given a right for a few days knows when it ends.
      const ending = await endDateRepository(db).endingBetween(first, last, WARNING_DAYS);
      for (const { id, email, accountId, endsOn, ...right } of ending) {
        const { firstName, lastName, roleLabel, organismName } = right;
        await transaction(as('ending-notices'), (unit) =>
          enqueueMessage(unit, {
            template: 'right-ending',
            to: email,
            accountId,
            values: { firstName, lastName, roleLabel, organismName, endsOn },
            onceKey: `right-ending:${id}:${endsOn}`,
          }),
        );
      }
    },

    /** Deletes the account requests whose address was never confirmed (F1): nobody has seen them. */
    async purgeUnconfirmed(): Promise<number> {
      const before = daysAgo(UNCONFIRMED_DAYS);
      return transaction(as('purge-unconfirmed'), async (unit) => {
        const count = await unconfirmedRepository(unit.db).purgeBefore(before);
        if (count > 0) unit.record({ action: 'requests.purged', details: { count } });
        return count;
      });
    },

    /** Deletes old sent messages and ended links, whose trail stays, and gives up what can no longer leave. */
    async pruneMessages(): Promise<void> {
      await transaction(as('prune-messages'), async (unit) => {
        const messages = messageRepository(unit.db);
        for (const id of await messages.queuedBefore(daysAgo(STALE_MESSAGE_DAYS))) {
          await giveUpMessage(unit, id, 'no attempt left');
        }
        await messages.purgeSentBefore(daysAgo(SENT_MESSAGE_DAYS));
        await tokenRepository(unit.db).purgeEndedBefore(daysAgo(ENDED_LINK_DAYS));
        await emailChangeRepository(unit.db).purgeBefore(daysAgo(ENDED_LINK_DAYS));
      });
    },

    /** Forgets the acts on many people that were announced and never confirmed (R45). */
    pruneAnnouncements: (): Promise<void> =>
      batchAnnouncementRepository(db).purgeBefore(daysAgo(ANNOUNCEMENT_DAYS)),
  };
}

async function endExpiredOf(unit: UnitOfWork, holders: readonly number[]): Promise<number> {
  await accountRepository(unit.db).lockManaged(holders, null);
  const expired = await endDateRepository(unit.db).lockExpired(holders, dayInParis(unit.now));
  await assignmentRepository(unit.db).end(
    expired.map(({ id }) => id),
    { endedAt: unit.now, endedBy: null, kind: 'expired', reason: '' },
  );
  for (const right of expired) unit.record(expiryOf(right));
  return expired.length;
}

function expiryOf({
  accountId,
  roleId,
  roleKind,
  roleLabel,
  organismId,
  organismName,
  endsOn,
}: DatedRight): AuditEvent {
  const about = { organismId, subjectAccountId: accountId, roleId };
  return roleKind === 'local_administrator'
    ? { action: 'delegation.expired', details: { organism: organismName, ends_on: endsOn }, ...about }
    : { action: 'assignment.expired', details: { label: roleLabel, ends_on: endsOn }, ...about };
}
