import { RateLimiterPostgres } from 'rate-limiter-flexible';
import { recordEvents } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/clock.ts';
import { TooMany } from '../domain/errors.ts';
import {
  type AccountFilter,
  type AccountOrder,
  type AccountPage,
  accountList,
} from '../repositories/lists/accounts.ts';
import type { ServiceContext } from './context.ts';

const SEARCHES_AN_HOUR = 60;

export type OutsideFilter = Omit<AccountFilter, 'role' | 'organismId'> &
  AccountOrder & { organismId: number };

/** Looking for people of other organisms, to attach them (R33, R57): limited, and traced (P5). */
export function outsideSearchService({ db, clock }: ServiceContext) {
  const limiterOf = (keyPrefix: string) =>
    new RateLimiterPostgres({
      ...{ storeClient: db, storeType: 'knex', tableName: 'rate_limits', tableCreated: true },
      ...{ keyPrefix, points: SEARCHES_AN_HOUR, duration: 3600 },
    });
  const searches = limiterOf('outside-searches');
  const views = limiterOf('outside-views');

  const take = async (limiter: RateLimiterPostgres, actor: Actor): Promise<void> => {
    const { consumedPoints, msBeforeNext } = await limiter.penalty(actor.id);
    if (consumedPoints <= SEARCHES_AN_HOUR) return;
    throw new TooMany(
      `Vous avez atteint ${SEARCHES_AN_HOUR} recherches hors de votre organisme en une heure. Réessayez un peu plus tard.`,
      Math.ceil(msBeforeNext / 1000),
    );
  };

  return {
    /**
     * The first people of other organisms than `organismId` with this name, at most 50; the search leaves an event.
     * @throws TooMany past 60 searches an hour and account.
     */
    async search(actor: Actor, filter: OutsideFilter): Promise<AccountPage> {
      await take(searches, actor);
      const found = await accountList(db).outside(filter, dayInParis(clock.now()));
      await recordEvents(
        { db, clock, actor: { kind: 'account', accountId: actor.id } },
        {
          action: 'search.outside',
          details: {
            ...{ last_name: filter.lastName, first_name: filter.firstName, found: found.rows.length },
            ...(filter.words === '' ? {} : { words: filter.words }),
          },
          organismId: filter.organismId,
        },
      );
      return found;
    },

    /**
     * Counts the confirmation of an attachment, which names someone of another organism: nobody reads the names of
     * a country by their numbers.
     * @throws TooMany past 60 an hour and account.
     */
    countView: (actor: Actor): Promise<void> => take(views, actor),
  };
}
