import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import { type EmailChangeRefusal, emailChangeRefusal, isForSomebodyElse } from '../domain/email-change.ts';
import { TooMany } from '../domain/errors.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { type Account, accountRepository } from '../repositories/accounts.ts';
import { emailChangeRepository, type PendingEmailChange } from '../repositories/email-changes.ts';
import { enqueueMessage, enqueueMessages } from '../repositories/outbox.ts';
import { requestRepository } from '../repositories/requests.ts';
import { acting, actingForOneself } from '../security/acting.ts';
import { hourlyLimits } from '../security/limits.ts';
import { findAddressOwner, isOutsideDomainOf } from './addresses.ts';
import type { ServiceContext } from './context.ts';
import { replaceAddress, rightsOf, sendActivation, tellChanged, tellStopped } from './email-steps.ts';
import type { Outside } from './outside.ts';
import { tellDeciders } from './request-notices.ts';

/** Messages sent in an hour for one who asks, and to one new address: anyone's may be typed. */
const FORMS_AN_HOUR = { asker: 100, email: 10 };

/** What asking comes to; `outsideDomain`: the new address is not of the organism's mail domain. */
export type EmailChangeAsked =
  /** It waits for the new mailbox, and for a second person. */
  | { kind: 'asked'; account: Account; outsideDomain: boolean }
  /** The account was never used: done at once. */
  | { kind: 'corrected'; account: Account; outsideDomain: boolean }
  /** It is the address already. */
  | { kind: 'same'; account: Account }
  /** An account has the new address: this one. */
  | { kind: 'known'; known: Account }
  | { kind: 'refused'; fault: EmailChangeRefusal | 'inactive'; account: Account };

/** The new address of somebody else's account. */
interface EmailChangeOrder {
  accountId: number;
  newEmail: string;
  /** Why, for the second person. */
  reason?: string;
}

/** Asking for another address, the identifier of an account (R49, P11): services/email-confirmation.ts goes on. */
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

  const write = (actor: Actor, scope: Scope, order: EmailChangeOrder): Promise<EmailChangeAsked> =>
    transaction(act(actor, scope), async (unit): Promise<EmailChangeAsked> => {
      const { accountId, newEmail } = order;
      const accounts = accountRepository(unit.db);
      await accounts.lockOne(accountId, organismIdOf(scope));
      const account = await accounts.get(accountId);
      const rights = await rightsOf(unit, accountId);
      const fault = emailChangeRefusal(actor, rights);
      if (fault !== null) return { kind: 'refused', fault, account };
      if (!account.active) return { kind: 'refused', fault: 'inactive', account };
      if (account.email === newEmail) return { kind: 'same', account };
      const known = await findAddressOwner(unit, newEmail);
      // One goes back to an address of one's own.
      if (known && known.id !== accountId) return { kind: 'known', known };
      const outsideDomain = await isOutsideDomainOf(unit.db, account.organismId, newEmail);
      if (await emailChangeRepository(unit.db).isJustMade(accountId, dayInParis(unit.now))) {
        await correct(unit, account, { ...order, outsideDomain });
        return { kind: 'corrected', account, outsideDomain };
      }
      const silenceAgrees = actor.national === 'administrator' && !rights.national;
      await begin(unit, actor, account, { ...order, outsideDomain, silenceAgrees });
      return { kind: 'asked', account, outsideDomain };
    });

  return {
    /** The change that waits for an account, if there is one. */
    findPending: (accountId: number): Promise<PendingEmailChange | undefined> =>
      emailChangeRepository(db).findPending(accountId, clock.now()),

    /** Whether an address of this account is corrected at once: for the page, decided again under lock. */
    isCorrectedAtOnce: (accountId: number): Promise<boolean> =>
      emailChangeRepository(db).isJustMade(accountId, dayInParis(clock.now())),

    /** Whether the address of this person may be changed by this actor: for the page, decided again under lock. */
    async refusal(actor: Actor, account: Account): Promise<EmailChangeRefusal | null> {
      return emailChangeRefusal(actor, await rightsOf({ db, now: clock.now() }, account.id));
    },

    /**
     * Asks for another address of somebody else: both mailboxes are told, and the change that waited before is void.
     * @throws NotFound for an account outside the scope. @throws TooMany (P12)
     */
    async ask(actor: Actor, scope: Scope, order: EmailChangeOrder): Promise<EmailChangeAsked> {
      await count(actor, order.newEmail);
      await outside.assertOpen(actor);
      const asked = await write(actor, scope, order);
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
        await beginOwn(unit, await accounts.get(actor.id), newEmail);
        return 'asked';
      });
    },

    /**
     * Voids the change that waits, that of `changeId` where it is told; `scope` is null for one's own. Returns the
     * address it was for, or undefined.
     * @throws NotFound for an account outside the scope.
     */
    cancel: (
      actor: Actor,
      scope: Scope | null,
      accountId: number,
      changeId: number | null = null,
    ): Promise<string | undefined> =>
      transaction(act(actor, scope), async (unit) => {
        const person = await accountRepository(unit.db).lockOne(accountId, scope && organismIdOf(scope));
        const changes = emailChangeRepository(unit.db);
        const pending = await changes.findPending(accountId, unit.now);
        if (!pending || (changeId !== null && pending.id !== changeId)) return undefined;
        const [ended] = await changes.end([accountId], 'cancelled', unit.now);
        if (!ended) return undefined;
        if (isForSomebodyElse(pending) && actor.id !== accountId) await tellStopped(unit, pending, '');
        unit.record({
          action: 'account.email_change_cancelled',
          details: { to: ended.newEmail },
          organismId: person.organismId,
          subjectAccountId: accountId,
          ...(ended.requestId === null ? {} : { requestId: ended.requestId }),
        });
        return ended.newEmail;
      }),
  };
}

type Order = EmailChangeOrder & { outsideDomain: boolean };

/** The event of a change that begins, or is done at once. */
const flag = ({ outsideDomain }: Order) => (outsideDomain ? { outside_domain: true as const } : {});

/** The account, already locked, waits for its new mailbox and for a second person (P11). */
async function begin(
  unit: UnitOfWork,
  actor: Actor,
  account: Account,
  order: Order & { silenceAgrees: boolean },
): Promise<void> {
  const {
    id: accountId,
    organismId,
    organismName,
    firstName,
    lastName,
    email,
    functionTitle,
    phone,
  } = account;
  const { newEmail, reason = '', outsideDomain, silenceAgrees } = order;
  const changes = emailChangeRepository(unit.db);
  await changes.end([accountId], 'replaced', unit.now);
  const shown = {
    organismId,
    lastName,
    firstName,
    email,
    functionTitle,
    reason,
    outsideMailDomain: outsideDomain,
  };
  const requestId = await requestRepository(unit.db).addForAddress(
    { ...shown, phone, createdAt: unit.now },
    { accountId, requestedBy: actor.id, newEmail },
  );
  const asked = { askedBy: actor.id, askedAt: unit.now, silenceAgrees };
  const changeId = await changes.add({ accountId, newEmail, requestId, ...asked });
  unit.record({
    action: 'account.email_change_asked',
    details: { to: newEmail, ...(reason === '' ? {} : { reason }), ...flag(order) },
    organismId,
    subjectAccountId: accountId,
    requestId,
  });
  const askedBy = `${actor.firstName} ${actor.lastName}`;
  const values = { firstName, lastName, organismName, newEmail, reason, changeId, askedBy, silenceAgrees };
  const about = { accountId, requestId, values };
  await enqueueMessages(unit, [
    { template: 'email-mailbox', to: newEmail, ...about },
    { template: 'email-agreement', to: email, ...about },
  ]);
  if (silenceAgrees) return;
  await tellDeciders(unit, {
    id: requestId,
    kind: 'address',
    role: null,
    newEmail,
    ...shown,
    accountId,
    requestedBy: actor.id,
    requester: askedBy,
  });
}

/** One's own account, already locked, waits for its new mailbox. */
async function beginOwn(unit: UnitOfWork, account: Account, newEmail: string): Promise<void> {
  const { id: accountId, organismId, organismName, firstName, lastName } = account;
  const changes = emailChangeRepository(unit.db);
  await changes.end([accountId], 'replaced', unit.now);
  const asked = { askedBy: accountId, askedAt: unit.now, requestId: null, silenceAgrees: false };
  const changeId = await changes.add({ accountId, newEmail, ...asked });
  unit.record({
    action: 'account.email_change_asked',
    details: { to: newEmail },
    organismId,
    subjectAccountId: accountId,
  });
  await enqueueMessage(unit, {
    template: 'email-change',
    to: newEmail,
    accountId,
    values: { firstName, lastName, organismName, newEmail, changeId, askedBy: null },
  });
}

/** An account that nobody ever used, made here, with nothing to take through it: a mistyped address is corrected. */
async function correct(unit: UnitOfWork, account: Account, order: Order): Promise<void> {
  const { id: accountId, organismId, email } = account;
  const { newEmail, outsideDomain } = order;
  await emailChangeRepository(unit.db).end([accountId], 'replaced', unit.now);
  unit.record({
    action: 'account.email_changed',
    details: { from: email, to: newEmail, at_once: true, ...flag(order) },
    organismId,
    subjectAccountId: accountId,
  });
  await replaceAddress(unit, { accountId, organismId, outsideDomain }, newEmail, 'email_changed');
  const person = { ...account, accountId };
  await tellChanged(unit, { ...person, newEmail }, null);
  await sendActivation(unit, { ...person, email: newEmail });
}
