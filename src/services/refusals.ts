import { recordEvents } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { windowLimiter } from '../repositories/rate-limits.ts';
import type { ServiceContext } from './context.ts';

const WINDOW_SECONDS = 15 * 60;
/** Refusals told one by one in a window; the next one stands for all that follow. */
const MOST_TOLD = 60;

interface Refusal {
  method: string;
  /** The pattern of the route, never the address asked for. */
  path: string;
  organismId: number;
}

/** What somebody signed in was refused, for want of the profile that it asks for. */
export function refusalService({ db, clock }: ServiceContext) {
  const limiter = windowLimiter(db, 'refusals', WINDOW_SECONDS);

  return {
    /** Traces a refusal: nobody fills the trail with pages that they do not have. */
    async record(actor: Actor, { method, path, organismId }: Refusal): Promise<void> {
      const { consumedPoints } = await limiter.penalty(actor.id);
      if (consumedPoints > MOST_TOLD + 1) return;
      const isLast = consumedPoints === MOST_TOLD + 1;
      await recordEvents(
        { db, clock, actor: { kind: 'account', accountId: actor.id } },
        {
          action: 'access.refused',
          details: { method, path, ...(isLast ? { more_than: MOST_TOLD } : {}) },
          organismId,
        },
      );
    },
  };
}
