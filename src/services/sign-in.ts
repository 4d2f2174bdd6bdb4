import type { Database } from '../database/knex.ts';
import type { KeepSession } from '../database/session-store.ts';
import { recordEvents, transaction } from '../database/transaction.ts';
import { ANONYMOUS, type AuditEvent } from '../domain/audit-event.ts';
import { Forbidden } from '../domain/errors.ts';
import type { Proof } from '../domain/second-factor.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { credentialRepository, type HalfSignedIn, type Halfway } from '../repositories/credentials.ts';
import { jobRepository } from '../repositories/jobs.ts';
import { knownDeviceRepository } from '../repositories/known-devices.ts';
import { passkeyRepository } from '../repositories/passkeys.ts';
import { sessionRepository } from '../repositories/sessions.ts';
import type { AddressLanes } from '../security/address-lanes.ts';
import { attemptCounter, type Counted, type Limited, type Origin } from '../security/attempts.ts';
import { queues } from '../security/in-turn.ts';
import { verifyPassword } from '../security/passwords.ts';
import type { ServiceContext } from './context.ts';
import { hashDevice } from './known-devices.ts';
import { tellPerson } from './own-factors.ts';

const MEANWHILE =
  'Votre mot de passe a été changé, ou votre accès fermé, pendant que vous vous connectiez\u00a0: rien n’a été ouvert. Connectez-vous de nouveau.';

/** Of a job that tells of it. */
const ATTEMPTS = 12;

/** What somebody signs in by: it has to hold still as their session opens. A second factor goes with what was shown before. */
export interface Shown {
  /** When the password was chosen. */
  changedAt?: string;
  passkeyId?: number;
}

async function holds(db: Database, accountId: number, { changedAt, passkeyId }: Shown): Promise<boolean> {
  if (passkeyId !== undefined) return passkeyRepository(db).isInForce(passkeyId);
  return changedAt === undefined || changedAt === (await credentialRepository(db).changedAt(accountId));
}

export type SignInResult =
  /** `half`: a second factor is asked for before they are in. */
  | { kind: 'signed-in'; accountId: number; half: boolean; shown: Shown }
  | { kind: 'refused' }
  | { kind: 'limited'; limit: Limited }
  /** Nobody waits for it any more: it was not judged. */
  | { kind: 'gone' };

/** Signing in and out. */
export function signInService({ db, clock }: ServiceContext, lanes: AddressLanes) {
  const attempts = attemptCounter(db);
  const inTurn = queues();

  const record = (event: AuditEvent): Promise<void> => recordEvents({ db, clock, actor: ANONYMOUS }, event);

  async function limited(limit: Limited, email: string): Promise<SignInResult> {
    if (limit.first) {
      const aimedAt =
        limit.scope === 'address' ? undefined : await credentialRepository(db).findByEmail(email);
      // Whoever they are is looked for by a job: the answer takes as long for an address that has no account.
      if (limit.scope !== 'address') await jobRepository(db).add('passwords-refused', { email }, ATTEMPTS);
      await record({
        action: 'sign_in.limited',
        details: { scope: limit.scope },
        subjectAccountId: aimedAt?.accountId,
        // Told in both cases: looked for in the tail of the transaction, it would be for known addresses alone.
        organismId: aimedAt?.organismId ?? null,
      });
    }
    return { kind: 'limited', limit };
  }

  async function judge(counted: Counted, password: string): Promise<SignInResult> {
    const { email } = counted;
    const limit = await attempts.check(counted);
    if (limit) return limited(limit, email);
    const found = await credentialRepository(db).findByEmail(email);
    // Verified even without account, and before its state is looked at: every refusal takes the same time.
    const matches = await verifyPassword(found?.passwordHash ?? null, password);
    if (found && matches && found.active) {
      const shown = { changedAt: found.changedAt?.toISOString() ?? '' };
      return { kind: 'signed-in', accountId: found.accountId, half: found.hasFactor, shown };
    }
    await attempts.failed(counted);
    await record({
      action: 'sign_in.refused',
      details: { cause: matches ? 'inactive' : 'wrong' },
      subjectAccountId: found?.accountId,
      organismId: found?.organismId ?? null,
    });
    return { kind: 'refused' };
  }

  /**
   * Attempts on one account are judged one after the other, so that a burst of guesses cannot pass before the first
   * failures are counted. Those of a device that it knows neither wait for the others, nor are counted with them.
   */
  async function attempt(email: string, password: string, origin: Origin): Promise<SignInResult> {
    const { address, device } = origin;
    const deviceHash = device === null ? null : hashDevice(device);
    if (deviceHash !== null && (await knownDeviceRepository(db).isKnown(email, deviceHash, clock.now()))) {
      const counted: Counted = { scope: 'device', email, deviceHash };
      return inTurn(`${deviceHash} ${email}`, () => judge(counted, password));
    }
    const judged = () => inTurn(email, () => judge({ scope: 'account', email, address }, password));
    const result = await lanes(origin, judged);
    return result.kind === 'turned-away' ? limited(result.limit, email) : result;
  }

  function signedIn(
    accountId: number,
    proof: Proof,
    { shown, keep }: { shown: Shown; keep: KeepSession },
  ): Promise<void> {
    return transaction({ db, clock, actor: { kind: 'account', accountId } }, async (unit) => {
      const isActive = await credentialRepository(unit.db).markSignedIn(accountId, unit.now);
      if (!isActive || !(await holds(unit.db, accountId, shown)) || !(await keep(unit.db)))
        throw new Forbidden(MEANWHILE);
      const details = proof === 'password' ? {} : { with: proof };
      unit.record({ action: 'sign_in.succeeded', details, subjectAccountId: accountId });
    });
  }

  return {
    /** Tries an address and a password: who is in by them alone is, once their session opens. */
    async signIn(email: string, password: string, origin: Origin): Promise<SignInResult> {
      const result = await attempt(email, password, origin);
      if (result.kind !== 'signed-in') return result;
      if (result.half)
        await record({ action: 'sign_in.half', details: {}, subjectAccountId: result.accountId });
      return result;
    },

    /** Somebody is in, with the session that `keep` writes. @throws Forbidden where what they showed holds no more */
    signedIn,

    /** What a password, or a link, lets go on to the second step: while it is as it was then. */
    findHalf: (half: HalfSignedIn): Promise<Halfway | undefined> => credentialRepository(db).findHalf(half),

    /** Asks a signed-in person for their password again: wrong ones count as those of « Connexion » do. */
    confirmPassword: attempt,

    /** Tells the person of an active account that too many passwords were refused for it (R89). */
    async tellRefused(email: string): Promise<void> {
      const person = await accountRepository(db).findByEmail(email);
      if (!person?.active) return;
      await transaction({ db, clock, actor: ANONYMOUS }, (unit) =>
        tellPerson(unit, person, 'passwords_refused'),
      );
    },

    /** In how many seconds an address that failed too often may try again; null where it may now. */
    limitOf: attempts.limitOf,

    /** Ends the session that is called so, whatever its identifier by now, as its person asked. */
    signOut: (accountId: number, ref?: string): Promise<void> =>
      transaction({ db, clock, actor: { kind: 'account', accountId } }, async (unit) => {
        if (ref !== undefined) await sessionRepository(unit.db).end(accountId, { ref });
        unit.record({ action: 'sign_out', details: {}, subjectAccountId: accountId });
      }),
  };
}
