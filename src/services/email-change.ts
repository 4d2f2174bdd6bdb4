import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { ActingRights, PersonRights } from '../domain/acting-upon.ts';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/clock.ts';
import { type EmailChangeRefusal, emailChangeRefusal } from '../domain/email-change.ts';
import { TooMany } from '../domain/errors.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { enqueueMessage } from '../mail/outbox.ts';
import { type Account, accountRepository } from '../repositories/accounts.ts';
import { findActor } from '../repositories/actors.ts';
import { emailChangeRepository, type PendingEmailChange } from '../repositories/email-changes.ts';
import { personRightsRepository } from '../repositories/person-rights.ts';
import { acting, actingForOneself } from './acting.ts';
import type { ServiceContext } from './context.ts';
import { hourlyLimits } from './form-limits.ts';
import type { Outside } from './outside.ts';

/** Messages sent in an hour for one who asks, and to one new address: anyone's may be typed. */
const FORMS_AN_HOUR = { asker: 100, email: 10 };

/** What asking comes to. */
export type EmailChangeAsked =
  | { kind: 'asked'; account: Account }
  /** It is the address already. */
  | { kind: 'same'; account: Account }
  /** An account has the new address: this one. */
  | { kind: 'known'; known: Account }
  | { kind: 'refused'; fault: EmailChangeRefusal | 'inactive'; account: Account };

/** Asking for another address, the identifier of an account (R49): it changes once confirmed from the new one. */
export function emailChangeService({ db, clock }: ServiceContext, outside: Outside) {
  const limits = hourlyLimits(db, 'email-change', FORMS_AN_HOUR);
  const act = (actor: Actor, scope: Scope | null) =>
    scope === null ? actingForOneself({ db, clock }, actor) : acting({ db, clock }, actor, scope);

  /** @throws TooMany past 100 an hour for who asks, 10 for an address. */
  async function count(actor: Actor, newEmail: string): Promise<void> {
    const retryAfter = await limits.take({ asker: String(actor.id), email: newEmail });
    if (retryAfter === null) return;
    const minutes = Math.ceil(retryAfter / 60);
    throw new TooMany(
      `Trop de changements d’adresse ont été demandés. Réessayez dans ${minutes}\u00a0minutes.`,
      retryAfter,
    );
  }

  return {
    /** The change that waits for an account, if there is one. */
    findPending: (accountId: number): Promise<PendingEmailChange | undefined> =>
      emailChangeRepository(db).findPending(accountId, clock.now()),

    /** Whether the address of this person may be changed by this actor: for the page, decided again under lock. */
    async refusal(actor: Actor, account: Account): Promise<EmailChangeRefusal | null> {
      return emailChangeRefusal(actor, await rightsOf({ db, now: clock.now() }, account.id));
    },

    /**
     * Sends a link to the new address of somebody else; the change that waited before is void.
     * @throws NotFound for an account outside the scope. @throws TooMany
     */
    async ask(
      actor: Actor,
      scope: Scope,
      { accountId, newEmail }: { accountId: number; newEmail: string },
    ): Promise<EmailChangeAsked> {
      await count(actor, newEmail);
      const asked = await transaction(act(actor, scope), async (unit): Promise<EmailChangeAsked> => {
        const accounts = accountRepository(unit.db);
        await accounts.lockOne(accountId, organismIdOf(scope));
        const account = await accounts.get(accountId);
        const fault = emailChangeRefusal(actor, await rightsOf(unit, accountId));
        if (fault !== null) return { kind: 'refused', fault, account };
        if (!account.active) return { kind: 'refused', fault: 'inactive', account };
        if (account.email === newEmail) return { kind: 'same', account };
        const known = await accounts.findByEmail(newEmail);
        if (known) return { kind: 'known', known };
        await begin(unit, actor, account, newEmail);
        return { kind: 'asked', account };
      });
      const organismId = organismIdOf(scope);
      if (asked.kind === 'known' && organismId !== null && asked.known.organismId !== organismId) {
        await outside.tell(actor, { how: 'email_change', organismId, person: asked.known });
      }
      return asked;
    },

    /**
     * The same for oneself, the password having been asked again. Whether the new address has an account is not
     * told here: only who reads its messages learns it, from the link.
     * @throws TooMany
     */
    async askForOneself(actor: Actor, newEmail: string): Promise<'asked' | 'same'> {
      if (newEmail === actor.email) return 'same';
      await count(actor, newEmail);
      return transaction(act(actor, null), async (unit): Promise<'asked'> => {
        const accounts = accountRepository(unit.db);
        await accounts.lockOne(actor.id, null);
        await begin(unit, actor, await accounts.get(actor.id), newEmail);
        return 'asked';
      });
    },

    /**
     * Voids the change that waits; `scope` is null for one's own. Returns the address it was for, or undefined.
     * @throws NotFound for an account outside the scope.
     */
    cancel: (actor: Actor, scope: Scope | null, accountId: number): Promise<string | undefined> =>
      transaction(act(actor, scope), async (unit) => {
        const person = await accountRepository(unit.db).lockOne(accountId, scope && organismIdOf(scope));
        const to = await emailChangeRepository(unit.db).end(accountId, 'cancelled', unit.now);
        if (to !== undefined) {
          unit.record({
            action: 'account.email_change_cancelled',
            details: { to },
            organismId: person.organismId,
            subjectAccountId: accountId,
          });
        }
        return to;
      }),
  };
}

/** The account, already locked, waits for its new address to be confirmed. */
async function begin(unit: UnitOfWork, actor: Actor, account: Account, newEmail: string): Promise<void> {
  const changes = emailChangeRepository(unit.db);
  await changes.end(account.id, 'replaced', unit.now);
  const changeId = await changes.add({
    ...{ accountId: account.id, newEmail },
    ...{ askedBy: actor.id, askedAt: unit.now },
  });
  unit.record({
    action: 'account.email_change_asked',
    details: { to: newEmail },
    organismId: account.organismId,
    subjectAccountId: account.id,
  });
  const { firstName, lastName, organismName } = account;
  await enqueueMessage(unit, {
    template: 'email-change',
    to: newEmail,
    accountId: account.id,
    values: {
      ...{ firstName, lastName, organismName, newEmail, changeId },
      askedBy: actor.id === account.id ? null : `${actor.firstName} ${actor.lastName}`,
    },
  });
}

type At = Pick<UnitOfWork, 'now'> & { db: ServiceContext['db'] };

/** What the person of an account holds beyond ordinary roles, in force or dormant. */
export const rightsOf = ({ db, now }: At, id: number): Promise<PersonRights> =>
  personRightsRepository(db).of(id, dayInParis(now));

/** What who asked may do today: nothing once their account is inactive. */
export const askerOf = async ({ db, now }: At, id: number): Promise<ActingRights> =>
  (await findActor(db, id, dayInParis(now))) ?? { id, national: null, administers: [] };
