import { createHash, randomBytes } from 'node:crypto';
import type { KeepSession } from '../database/session-store.ts';
import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { MINUTE } from '../domain/duration.ts';
import {
  type FactorDuty,
  type FactorKind,
  factorDuty,
  isLastFactor,
  NO_FACTOR_RULE,
  type Proof,
  RECOVERY_CODES,
  recoveryCode,
  type SecurityChange,
  typedCode,
} from '../domain/second-factor.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { type Authenticator, factorRepository, type Passkey } from '../repositories/factors.ts';
import { enqueueMessage } from '../repositories/outbox.ts';
import { actingForOneself } from '../security/acting.ts';
import { type FactorCipher, factorCipher } from '../security/factor-cipher.ts';
import { driftOf, newTotpSecret, stepOf, totpUri } from '../security/totp.ts';
import type { ServiceContext } from './context.ts';
import { endOwnChange } from './email-steps.ts';
import { tellColleagues } from './factor-notices.ts';
import { endOthers, type OwnSession } from './session-ends.ts';

/** Milliseconds that a key may wait on screen for its first code, and that new recovery codes are on screen. */
const ENROLMENT_LIFETIME = 30 * MINUTE;
const CODES_LIFETIME = 10 * MINUTE;

/** What somebody has beside their password. */
export interface FactorState {
  authenticator: Authenticator | null;
  passkeys: Passkey[];
  recoveryCodes: { left: number; addedAt: Date | null };
}

/** An application that is about to be added: nothing is kept of it but what its page carries, sealed. */
export interface Enrolment {
  sealed: string;
  secret: string;
  uri: string;
}

type Added =
  /** `replaces`: the one that was there serves no more. */
  | { kind: 'added'; codes: string[] | null; replaces: boolean }
  /** `drift`: seconds that the telephone is off, where that is all that is wrong. */
  | { kind: 'wrong'; drift: number | null }
  /** The key has waited for too long, or another one was added meanwhile. */
  | { kind: 'stale' };

const about = (accountId: number) => `account ${accountId}`;

/** What is stored of a recovery code. */
export const hashRecoveryCode = (accountId: number, code: string): string =>
  createHash('sha256')
    .update(`${about(accountId)} ${code}`)
    .digest('base64url');

/** The secret of an application, once it is read from where it is kept. */
export const openSecret = (
  cipher: FactorCipher,
  accountId: number,
  { secret }: Pick<Authenticator, 'secret'>,
): string => cipher.open(secret, about(accountId));

export const sealSecret = (cipher: FactorCipher, accountId: number, secret: string): Buffer =>
  cipher.seal(secret, about(accountId));

/** The cipher of factors. @throws where this process was told no key */
export function cipherOf({ factors }: Pick<ServiceContext, 'factors'>): FactorCipher {
  if (factors === undefined) throw new Error('this process has no key of second factors');
  return factorCipher(factors.key, factors.formerKey);
}

/** One's own second factors (R89): « Ma sécurité ». */
export function ownFactorService(context: ServiceContext) {
  const { db, clock, factors } = context;
  const rule = factors?.rule ?? NO_FACTOR_RULE;

  const sealFor = (purpose: string, text: string): string =>
    cipherOf(context).seal(`${text} ${clock.now().getTime()}`, purpose).toString('base64url');

  /** What was sealed for that, and when; null for anything else, or once its time is over. */
  function openFor(purpose: string, sealed: string, lifetime: number): { text: string; at: Date } | null {
    try {
      const [text = '', time] = cipherOf(context).open(Buffer.from(sealed, 'base64url'), purpose).split(' ');
      const at = new Date(Number(time));
      return clock.now().getTime() - at.getTime() < lifetime ? { text, at } : null;
    } catch {
      return null;
    }
  }

  /** What a page carries of an application that is about to be added. */
  const openEnrolment = (actor: Actor, sealed: string) =>
    openFor(enrolmentOf(actor), sealed, ENROLMENT_LIFETIME);

  const shown = (actor: Actor, sealed: string, secret: string): Enrolment => ({
    sealed,
    secret,
    uri: totpUri(secret, actor.email),
  });

  return {
    async state(accountId: number): Promise<FactorState> {
      const repository = factorRepository(db);
      const [authenticator, passkeys, recoveryCodes] = await Promise.all([
        repository.findAuthenticator(accountId),
        repository.passkeysOf(accountId),
        repository.recoveryCodesOf(accountId),
      ]);
      return { authenticator: authenticator ?? null, passkeys, recoveryCodes };
    },

    /** What there is to show who one is with, beside recovery codes. */
    kinds: (accountId: number): Promise<Readonly<Record<FactorKind, boolean>>> =>
      factorRepository(db).kindsOf(accountId),

    /** What is asked of somebody who has no second factor (R89). */
    duty: (actor: Actor): FactorDuty => factorDuty(rule, actor, clock.now()),

    /** The same of who signs in: the first time that it is asked of them is written, and the grace runs from there. */
    isFirstAsked: async (actor: Actor): Promise<boolean> =>
      factorDuty(rule, actor, clock.now()).kind !== 'none' &&
      factorRepository(db).markAsked(actor.id, clock.now()),

    /** Somebody has shown again who they are, and their session goes on under another identifier. */
    proved: (actor: Actor, by: Proof, keep: KeepSession): Promise<void> =>
      transaction(actingForOneself({ db, clock }, actor), async (unit) => {
        // Shown twice at once, or in a session that was closed meanwhile: nothing more is known of them.
        if (await keep(unit.db))
          unit.record({ action: 'identity.confirmed', details: { by }, subjectAccountId: actor.id });
      }),

    /** Whether their last factor stays (R89). */
    mustKeep: (actor: Actor, state: FactorState): boolean =>
      isLastFactor(rule, actor, state.passkeys.length + (state.authenticator === null ? 0 : 1)),

    /** A new key, or the one that the page sent carried. */
    enrolment(actor: Actor, sent: string | null): Enrolment {
      const carried = sent === null ? null : openEnrolment(actor, sent);
      if (carried && sent !== null) return shown(actor, sent, carried.text);
      const secret = newTotpSecret();
      return shown(actor, sealFor(enrolmentOf(actor), secret), secret);
    },

    /** Adds the application whose key the page carried, once a code of it confirms that it is there. */
    async addAuthenticator(actor: Actor, sealed: string, code: string, own: OwnSession): Promise<Added> {
      const carried = openEnrolment(actor, sealed);
      if (carried === null) return { kind: 'stale' };
      const { text: secret } = carried;
      const typed = typedCode(code);
      const step = typed?.kind === 'code' ? stepOf(secret, typed.code, clock.now()) : null;
      if (step === null)
        return { kind: 'wrong', drift: typed === null ? null : driftOf(secret, typed.code, clock.now()) };
      return transaction(actingForOneself({ db, clock }, actor), async (unit) => {
        await accountRepository(unit.db).lockOne(actor.id, null);
        const repository = factorRepository(unit.db);
        const former = await repository.findAuthenticator(actor.id);
        if (former && former.addedAt >= carried.at) return { kind: 'stale' };
        const first = (await repository.count(actor.id)) === 0;
        const kept = { secret: sealSecret(cipherOf(context), actor.id, secret), step, at: unit.now };
        await repository.setAuthenticator(actor.id, kept);
        const replaces = former !== undefined;
        await tellAdded(unit, actor, { kind: 'authenticator', first, replaces, own });
        return { kind: 'added', codes: await firstCodes(unit, actor.id), replaces };
      });
    },

    /** Removes a factor; `last`: it has to stay; `gone`: it was none of theirs any more. */
    remove: (
      actor: Actor,
      kind: FactorKind,
      id: number,
    ): Promise<{ removed: string | null } | 'last' | 'gone'> =>
      transaction(actingForOneself({ db, clock }, actor), async (unit) => {
        await accountRepository(unit.db).lockOne(actor.id, null);
        const repository = factorRepository(unit.db);
        const had = await repository.count(actor.id);
        if (had > 0 && isLastFactor(rule, actor, had)) return 'last';
        const ended = await repository.end(kind, actor.id, { id, at: unit.now });
        if (ended === undefined) return 'gone';
        // Codes open nothing where there is nothing that they stand for.
        if (had === 1) await repository.setRecoveryCodes(actor.id, [], unit.now);
        unit.record({ action: 'factor.removed', details: { kind, ...ended }, subjectAccountId: actor.id });
        await tellPerson(unit, actor, `${kind}_removed`, { detail: ended.name });
        return { removed: ended.name ?? null };
      }),

    /** Ten other recovery codes, told this once; null for who has no factor that they would stand for. */
    renewRecoveryCodes: (actor: Actor): Promise<string[] | null> =>
      transaction(actingForOneself({ db, clock }, actor), async (unit) => {
        await accountRepository(unit.db).lockOne(actor.id, null);
        if ((await factorRepository(unit.db).count(actor.id)) === 0) return null;
        const codes = await newCodes(unit, actor.id);
        unit.record({ action: 'factor.codes_renewed', details: {}, subjectAccountId: actor.id });
        await tellPerson(unit, actor, 'recovery_codes_renewed');
        return codes;
      }),

    /** New codes, as the session that has just had them made keeps them until they are read: they are in no table. */
    sealCodes: (actor: Actor, codes: readonly string[]): string => sealFor(codesOf(actor), codes.join('-')),

    /** The same again; null once they are shown no more, or others have taken their place. */
    async openCodes(actor: Actor, sealed: string): Promise<string[] | null> {
      const [first, ...others] = openFor(codesOf(actor), sealed, CODES_LIFETIME)?.text.split('-') ?? [];
      if (first === undefined) return null;
      const hash = hashRecoveryCode(actor.id, first);
      return (await factorRepository(db).hasRecoveryCode(actor.id, hash)) ? [first, ...others] : null;
    },
  };
}

const enrolmentOf = ({ id }: Actor) => `enrolment of account ${id}`;

const codesOf = ({ id }: Actor) => `recovery codes of account ${id}`;

interface Addition {
  kind: FactorKind;
  first: boolean;
  replaces?: boolean;
  name?: string;
  /** The session that it is added in. */
  own: OwnSession;
}

/** The trail, the person, and where it is an administrator's first factor their colleagues, know of it. */
export async function tellAdded(
  unit: UnitOfWork,
  actor: Actor,
  { kind, first, replaces = false, name, own }: Addition,
): Promise<void> {
  // Other sessions may have been opened by the password alone, and would replace what was just added.
  await endOthers(unit, actor.id, { ...own, cause: 'factor_added' });
  const told = {
    ...(first ? { first: true as const } : {}),
    ...(replaces ? { replaces: true as const } : {}),
  };
  const details = { kind, ...(name ? { name } : {}), ...told };
  unit.record({ action: 'factor.added', details, subjectAccountId: actor.id });
  // Without a factor, a change of address was asked for with the password alone.
  const endedEmail = first ? await endOwnChange(unit, actor.id) : undefined;
  const what = replaces ? 'authenticator_replaced' : (`${kind}_added` as const);
  await tellPerson(unit, actor, what, { detail: name, endedEmail });
  if (first) await tellColleagues(unit, actor);
}

/** What changed in how somebody signs in, told to them. */
export async function tellPerson(
  unit: UnitOfWork,
  { id, email, firstName, lastName }: Pick<Actor, 'id' | 'email' | 'firstName' | 'lastName'>,
  what: SecurityChange,
  { detail = '', endedEmail }: { detail?: string | undefined; endedEmail?: string | undefined } = {},
): Promise<void> {
  await enqueueMessage(unit, {
    template: 'security-changed',
    to: email,
    accountId: id,
    values: {
      firstName,
      lastName,
      what,
      detail,
      at: unit.now.toISOString(),
      ...(endedEmail ? { endedEmail } : {}),
    },
  });
}

/** The first factor comes with recovery codes; null where there are some. */
export async function firstCodes(unit: UnitOfWork, accountId: number): Promise<string[] | null> {
  const { addedAt } = await factorRepository(unit.db).recoveryCodesOf(accountId);
  return addedAt === null ? newCodes(unit, accountId) : null;
}

async function newCodes(unit: UnitOfWork, accountId: number): Promise<string[]> {
  const codes = Array.from({ length: RECOVERY_CODES }, () => recoveryCode(randomBytes(12)));
  const hashes = codes.map((code) => hashRecoveryCode(accountId, code));
  await factorRepository(unit.db).setRecoveryCodes(accountId, hashes, unit.now);
  return codes;
}
