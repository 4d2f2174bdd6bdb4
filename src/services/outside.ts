import { recordEvents } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import type { AuditEvent, EventDetails } from '../domain/audit-event.ts';
import { dayInParis } from '../domain/calendar.ts';
import { TooMany } from '../domain/errors.ts';
import { type AccountPage, accountList, type OutsideFilter } from '../repositories/lists/accounts.ts';
import { hourlyLimiter } from '../security/limits.ts';
import type { ServiceContext } from './context.ts';

const TOLD_AN_HOUR = 60;

/** What somebody was told of a person of another organism, beside a search. */
interface Told {
  how: EventDetails['search.person_told']['how'];
  /** The organism of who is told. */
  organismId: number;
  person: { id: number };
}

/**
 * What is told about people of other organisms (P5, P12): searches, the page before « Rattacher » and its refusals,
 * addresses that have an account there. One counter an account, one event each; national profiles, who read every
 * organism, are not counted.
 */
export function outsideService({ db, clock }: ServiceContext) {
  const limiter = hourlyLimiter(db, 'outside', TOLD_AN_HOUR);

  async function take(actor: Actor): Promise<void> {
    if (actor.national !== null) return;
    const { consumedPoints, msBeforeNext } = await limiter.penalty(actor.id);
    if (consumedPoints <= TOLD_AN_HOUR) return;
    refuse(msBeforeNext);
  }

  function refuse(msBeforeNext: number): never {
    throw new TooMany(
      `Vous avez atteint ${TOLD_AN_HOUR} recherches ou consultations hors de votre organisme en une heure. Réessayez un peu plus tard.`,
      Math.ceil(msBeforeNext / 1000),
    );
  }

  const record = (actor: Actor, event: AuditEvent): Promise<void> =>
    recordEvents({ db, clock, actor: { kind: 'account', accountId: actor.id } }, event);

  return {
    /**
     * Before an address or a number is looked up, whatever it is: once nothing more is told, that it is not told would
     * tell it.
     * @throws TooMany from 60 an hour and account, of all that was told.
     */
    async assertOpen(actor: Actor): Promise<void> {
      if (actor.national !== null) return;
      const state = await limiter.get(actor.id);
      if (state && state.consumedPoints >= TOLD_AN_HOUR) refuse(state.msBeforeNext);
    },

    /**
     * The first people of other organisms than `organismId` with this name, at most 50.
     * @throws TooMany past 60 an hour and account, of all that is told.
     */
    async search(actor: Actor, filter: OutsideFilter): Promise<AccountPage> {
      await take(actor);
      const found = await accountList(db).outside(filter, dayInParis(clock.now()));
      const { lastName, firstName, words, organismId } = filter;
      const details = { last_name: lastName, first_name: firstName, found: found.rows.length };
      await record(actor, {
        action: 'search.outside',
        details: { ...details, ...(words === '' ? {} : { words }) },
        organismId,
      });
      return found;
    },

    /**
     * Before somebody of another organism is named, or an address there is said to have an account: nobody reads a
     * country by its numbers.
     * @throws TooMany in the place of telling, past 60 an hour and account, of all that is told.
     */
    async tell(actor: Actor, { how, organismId, person }: Told): Promise<void> {
      await take(actor);
      await record(actor, {
        action: 'search.person_told',
        details: { how },
        organismId,
        subjectAccountId: person.id,
      });
    },
  };
}

export type Outside = ReturnType<typeof outsideService>;
