import { RateLimiterPostgres } from 'rate-limiter-flexible';
import { recordEvents } from '../database/transaction.ts';
import type { AuditEvent } from '../domain/audit-event.ts';
import { TooMany } from '../domain/errors.ts';
import type { ServiceContext } from './context.ts';

const EXPORTS_AN_HOUR = 100;

/** Files that leave the portal: limited, and traced before their first byte. */
export function exportService({ db, clock }: ServiceContext) {
  const limiter = new RateLimiterPostgres({
    storeClient: db,
    storeType: 'knex',
    tableName: 'rate_limits',
    tableCreated: true,
    keyPrefix: 'exports',
    points: EXPORTS_AN_HOUR,
    duration: 3600,
  });
  return {
    /**
     * Counts and records an export that is about to start.
     * @throws TooMany past 100 exports an hour and account.
     */
    async begin(accountId: number, event: AuditEvent): Promise<void> {
      const { consumedPoints, msBeforeNext } = await limiter.penalty(accountId);
      if (consumedPoints > EXPORTS_AN_HOUR) {
        throw new TooMany(
          `Vous avez atteint ${EXPORTS_AN_HOUR} exports en une heure. Réessayez un peu plus tard.`,
          Math.ceil(msBeforeNext / 1000),
        );
      }
      await recordEvents({ db, clock, actor: { kind: 'account', accountId } }, event);
    },
  };
}
