import { type ActContext, transaction } from '../database/transaction.ts';
import { job } from '../domain/audit-event.ts';
import { draftsSince } from '../domain/batch.ts';
import { DAY } from '../domain/duration.ts';
import { RETENTION_DAYS } from '../domain/retention.ts';
import { batchRepository } from '../repositories/batches.ts';
import { emailChangeRepository } from '../repositories/email-changes.ts';
import { factorRepository } from '../repositories/factors.ts';
import { formKeyRepository } from '../repositories/form-keys.ts';
import { jobRepository } from '../repositories/jobs.ts';
import { keptFormRepository } from '../repositories/kept-forms.ts';
import { knownDeviceRepository } from '../repositories/known-devices.ts';
import { messageRepository } from '../repositories/messages.ts';
import { nominationRepository } from '../repositories/nominations.ts';
import { passkeyRepository } from '../repositories/passkeys.ts';
import { rateLimitRepository } from '../repositories/rate-limits.ts';
import { sessionRepository } from '../repositories/sessions.ts';
import { tokenRepository } from '../repositories/tokens.ts';
import { unconfirmedRepository } from '../repositories/unconfirmed-requests.ts';
import type { ServiceContext } from './context.ts';
import { recordFailure } from './messages.ts';

/** A message's last attempt comes within a day; one still queued after two has lost its job in a crash. */
const STALE_MESSAGE_DAYS = 2;
/** Rows of one transaction that leaves events. */
const BATCH = 200;

/** What is forgotten each night, once its time is over; the trail keeps that it was. */
export function retentionService({ db, clock }: ServiceContext) {
  const as = (name: string): ActContext => ({ db, clock, actor: job(name) });
  const daysAgo = (days: number) => new Date(clock.now().getTime() - days * DAY);

  /** Gives up messages that can no longer leave: who administers nationally then sees them. */
  async function giveUpStale(): Promise<void> {
    const before = daysAgo(STALE_MESSAGE_DAYS);
    await repeated(() =>
      transaction(as('prune-messages'), async (unit) => {
        const lost = await messageRepository(unit.db).giveUpQueuedBefore(before, 'no attempt left', BATCH);
        for (const message of lost) await recordFailure(unit, message, message.attempts);
        return lost.length;
      }),
    );
  }

  return {
    /** Deletes the account requests whose address was never confirmed (F1): nobody has seen them. Returns how many. */
    purgeUnconfirmed(): Promise<number> {
      const before = daysAgo(RETENTION_DAYS.unconfirmedRequest);
      return repeated(() =>
        transaction(as('purge-unconfirmed'), async (unit) => {
          const count = await unconfirmedRepository(unit.db).purgeBefore(before, BATCH);
          if (count > 0) unit.record({ action: 'requests.purged', details: { count } });
          return count;
        }),
      );
    },

    /** Gives up what can no longer leave; deletes old messages, sent or given up, and ended links. */
    async pruneMessages(): Promise<void> {
      await giveUpStale();
      await messageRepository(db).purgeSentBefore(daysAgo(RETENTION_DAYS.message));
      await messageRepository(db).purgeFailedBefore(daysAgo(RETENTION_DAYS.message));
      await messageRepository(db).purgeWithdrawnBefore(daysAgo(RETENTION_DAYS.message));
      await tokenRepository(db).purgeEndedBefore(daysAgo(RETENTION_DAYS.endedLink));
      await emailChangeRepository(db).purgeBefore(daysAgo(RETENTION_DAYS.endedLink));
    },

    /** Deletes jobs that failed for good: what they were given may hold an address. */
    pruneJobs: (): Promise<number> => jobRepository(db).purgeFailed(RETENTION_DAYS.failedJob),

    /** Deletes sessions that have expired. */
    pruneSessions: (): Promise<number> => sessionRepository(db).purgeExpired(),

    /** Deletes devices that nobody has signed in from for long. */
    pruneDevices: (): Promise<number> => knownDeviceRepository(db).purgeEndedBefore(clock.now()),

    /** Deletes forms that nobody came back for in time. */
    pruneKeptForms: (): Promise<number> => keptFormRepository(db).purgeEndedBefore(clock.now()),

    /** Forgets the forms that were done, a day after. */
    pruneFormKeys: (): Promise<number> =>
      formKeyRepository(db).purgeDoneBefore(daysAgo(RETENTION_DAYS.formKey)),

    /** Deletes second factors that have ended, and challenges whose time is over. */
    async pruneFactors(): Promise<number> {
      const factors = factorRepository(db);
      await passkeyRepository(db).purgeChallengesBefore(clock.now());
      return factors.purgeEndedBefore(daysAgo(RETENTION_DAYS.endedFactor));
    },

    /** Deletes counters of attempts whose window is over. */
    pruneRateLimits: (): Promise<number> => rateLimitRepository(db).purgeEnded(),

    /** Forgets whom acts on a selection were announced for that nobody confirmed (R45). */
    pruneDrafts: (): Promise<number> => batchRepository(db).dropBefore(draftsSince(clock.now())),

    /** Forgets the lines of files of nominations that changed nobody (R81). */
    pruneNominations: (): Promise<number> =>
      nominationRepository(db).purgeBefore(daysAgo(RETENTION_DAYS.nominationLine)),
  };
}

/** Does a batch again until it is not full, and returns how many rows there were. */
async function repeated(batch: () => Promise<number>): Promise<number> {
  for (let total = 0; ; ) {
    const count = await batch();
    total += count;
    if (count < BATCH) return total;
  }
}
