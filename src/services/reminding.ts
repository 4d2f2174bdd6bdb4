import { transaction } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import type { AwaitedDeciders } from '../domain/decider.ts';
import { NotFound } from '../domain/errors.ts';
import { type ReminderRefusal, reminderRefusal } from '../domain/request.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { type OwnRequestState, ownRequestRepository } from '../repositories/own-requests.ts';
import { requestRepository } from '../repositories/requests.ts';
import { roleRepository } from '../repositories/roles.ts';
import { actingForOneself } from '../security/acting.ts';
import { subjectOf } from './accepting.ts';
import type { ServiceContext } from './context.ts';
import type { At } from './email-steps.ts';
import { decidersOf, tellDeciders } from './request-notices.ts';

/** What reminding comes to: whom, or why nobody is. */
type Reminder = { request: OwnRequestState } & (
  | { refusal: ReminderRefusal }
  | ({ refusal: null } & AwaitedDeciders)
);

/** Reminding who decides of what waits for them. */
export function remindingService({ db, clock }: ServiceContext) {
  return {
    /** Whom « Relancer » would tell anew. @throws NotFound for a request that is not the person's own. */
    async preview(actor: Actor, requestId: number): Promise<Reminder> {
      const at = { db, now: clock.now() };
      const { request, refusal } = await judge(at, actor, requestId);
      if (refusal !== null) return { request, refusal };
      return { request, refusal, ...(await decidersOf(at, await storedOf(at, requestId))) };
    },

    /**
     * Tells a request of one's own anew to who can decide it (« Relancer »): of two at once, one is sent.
     * @throws NotFound for a request that is not the person's own.
     */
    remind: (actor: Actor, requestId: number): Promise<Reminder> =>
      transaction(actingForOneself({ db, clock }, actor), async (unit): Promise<Reminder> => {
        // The person first, as in any act: a second reminder waits here, and sees the first.
        await accountRepository(unit.db).lockOne(actor.id, null);
        const { request, refusal } = await judge(unit, actor, requestId);
        if (refusal !== null) return { request, refusal };
        // Decided in this very instant.
        if (!(await requestRepository(unit.db).markReminded(requestId, unit.now)))
          return { request: await ownRequestRepository(unit.db).get(requestId, actor.id), refusal: 'over' };
        const stored = await storedOf(unit, requestId);
        unit.record({ action: 'request.reminded', details: { label: request.label }, ...subjectOf(stored) });
        const told = await tellDeciders(unit, { ...stored, reminded: true });
        return { request, refusal, ...told };
      }),
  };
}

async function judge({ db, now }: At, actor: Actor, requestId: number) {
  const request = await ownRequestRepository(db).get(requestId, actor.id);
  // Asked for somebody else, it is in the list of who asked.
  if (request.accountId !== actor.id) throw new NotFound();
  return { request, refusal: reminderRefusal(request, dayInParis(now)) };
}

/** The request, and its role. */
async function storedOf({ db }: At, requestId: number) {
  const request = await requestRepository(db).getManaged(requestId, null);
  const role = request.roleId === null ? null : await roleRepository(db).get(request.roleId);
  return { ...request, role };
}
