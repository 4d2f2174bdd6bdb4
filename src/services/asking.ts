import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { type AskingRefusal, roleRefusal } from '../domain/asking.ts';
import { dayInParis } from '../domain/calendar.ts';
import type { DecidedBy } from '../domain/decider.ts';
import { Forbidden, TooMany } from '../domain/errors.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { assignmentRepository } from '../repositories/assignments.ts';
import { type OwnRequestState, ownRequestRepository } from '../repositories/own-requests.ts';
import { requestRepository } from '../repositories/requests.ts';
import { roleRepository } from '../repositories/roles.ts';
import { actingForOneself } from '../security/acting.ts';
import type { ServiceContext } from './context.ts';
import { tellDeciders } from './request-notices.ts';

/** Each request is told to every person who decides. */
const REQUESTS_AN_HOUR = 60;
const HOUR = 3_600_000;

/** What asking for a role comes to. */
type Asking =
  | { kind: 'submitted'; requestId: number; label: string; by: DecidedBy }
  | { kind: 'refused'; refusal: AskingRefusal };

/** What cancelling comes to: done, or the request as somebody else left it first. */
type Cancellation = { kind: 'cancelled' | 'too-late'; request: OwnRequestState };

/** @throws TooMany past 60 requests an hour */
export async function assertPace(unit: UnitOfWork, accountId: number): Promise<void> {
  const lately = new Date(unit.now.getTime() - HOUR);
  if ((await ownRequestRepository(unit.db).countSince(accountId, lately)) >= REQUESTS_AN_HOUR)
    throw new TooMany('Vous avez fait beaucoup de demandes. Réessayez dans une heure.', HOUR / 1000);
}

/** Asking for a role for oneself, and changing one's mind (F5, F6). */
export function askingService({ db, clock }: ServiceContext) {
  return {
    /**
     * Asks for a role, for the person who is signed in. Refused where it is not asked online, held today or pending.
     * @throws Forbidden for an account deactivated meanwhile, TooMany past 60 requests an hour.
     */
    async submit(actor: Actor, roleCode: string, reason: string): Promise<Asking> {
      return transaction(actingForOneself({ db, clock }, actor), async (unit): Promise<Asking> => {
        // Locked first: a grant to this person under way is waited for, and seen.
        const person = await accountRepository(unit.db).lockOne(actor.id, null);
        if (!person.active) throw new Forbidden();
        const role = await roleRepository(unit.db).findByCode(roleCode);
        const refusal = roleRefusal(role);
        if (!role || refusal) return { kind: 'refused', refusal: refusal ?? 'unknown' };
        const held = await assignmentRepository(unit.db).findHeld(person.id, role.id, dayInParis(unit.now));
        if (held) return { kind: 'refused', refusal: 'held' };
        await assertPace(unit, person.id);
        const account = await accountRepository(unit.db).get(person.id);
        const { organismId, lastName, firstName, email, functionTitle, phone } = account;
        const about = {
          organismId,
          lastName,
          firstName,
          email,
          functionTitle,
          reason,
          outsideMailDomain: false,
        };
        const ids = { accountId: person.id, requestedBy: person.id };
        const requestId = await requestRepository(unit.db).addForRole(
          { ...about, phone, createdAt: unit.now },
          { ...ids, roleId: role.id },
        );
        if (requestId === undefined) return { kind: 'refused', refusal: 'pending' };
        unit.record({
          action: 'request.submitted',
          details: { kind: 'role', label: role.label },
          organismId,
          subjectAccountId: person.id,
          roleId: role.id,
          requestId,
        });
        const { by } = await tellDeciders(unit, { id: requestId, kind: 'role', ...about, ...ids, role });
        return { kind: 'submitted', requestId, label: role.label, by };
      });
    },

    /**
     * Cancels a pending request of one's own. Of a cancellation and a decision at once, one stands.
     * @throws NotFound for a request that somebody else made.
     */
    async cancel(actor: Actor, requestId: number): Promise<Cancellation> {
      return transaction(actingForOneself({ db, clock }, actor), async (unit): Promise<Cancellation> => {
        const own = ownRequestRepository(unit.db);
        const request = await own.get(requestId, actor.id);
        const cancelled = await requestRepository(unit.db).cancel(requestId, unit.now);
        // Read again: the decision that came first is committed by now.
        if (!cancelled) return { kind: 'too-late', request: await own.get(requestId, actor.id) };
        unit.record({
          action: 'request.cancelled',
          details: { label: request.label },
          organismId: request.organismId,
          subjectAccountId: request.accountId,
          roleId: request.roleId ?? undefined,
          requestId,
        });
        return { kind: 'cancelled', request };
      });
    },
  };
}
