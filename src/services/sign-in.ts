import { recordEvents, transaction } from '../database/transaction.ts';
import { ANONYMOUS, type AuditEvent } from '../domain/audit-event.ts';
import type { Proof } from '../domain/second-factor.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { credentialRepository, type HalfSignedIn, type Halfway } from '../repositories/credentials.ts';
import { jobRepository } from '../repositories/jobs.ts';
import { knownDeviceRepository } from '../repositories/known-devices.ts';
import { sessionRepository } from '../repositories/sessions.ts';
import type { AddressLanes } from '../security/address-lanes.ts';
import { attemptCounter, type Counted, type Limited, type Origin } from '../security/attempts.ts';
import { queues } from '../security/in-turn.ts';
import { verifyPassword } from '../security/passwords.ts';
import type { ServiceContext } from './context.ts';
import { hashDevice } from './known-devices.ts';
import { tellPerson } from './own-factors.ts';

/** Of a job that tells of it. */
const ATTEMPTS = 12;

export type SignInResult =
  /** `half`: a second factor is asked for before they are in. */
  | { kind: 'signed-in'; accountId: number; half: boolean }
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
    if (found && matches && found.active)
      return { kind: 'signed-in', accountId: found.accountId, half: found.hasFactor };
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

  function signedIn(accountId: number, proof: Proof): Promise<void> {
    return transaction({ db, clock, actor: { kind: 'account', accountId } }, async (unit) => {
      await credentialRepository(unit.db).markSignedIn(accountId, unit.now);
      const details = proof === 'password' ? {} : { with: proof };
      unit.record({ action: 'sign_in.succeeded', details, subjectAccountId: accountId });
    });
  }

  return {
    /** Tries an address and a password. */
    async signIn(email: string, password: string, origin: Origin): Promise<SignInResult> {
      const result = await attempt(email, password, origin);
      if (result.kind !== 'signed-in') return result;
      const { accountId, half } = result;
      if (half) await record({ action: 'sign_in.half', details: {}, subjectAccountId: accountId });
      else await signedIn(accountId, 'password');
      return result;
    },

    /** Somebody is in: by their second factor, or by a passkey alone. */
    signedIn,

    /** What a password, or a link, lets go on to the second step: while it is as it was then. */
    findHalf: (half: HalfSignedIn): Promise<Halfway | undefined> => credentialRepository(db).findHalf(half),

    /** Takes what a half signed in browser goes on with: shown two codes at once, it is in by one. */
    takeHalf: async (ref: string | undefined): Promise<boolean> =>
      // One that the release before opened, while it still runs, has no name.
      ref === undefined || sessionRepository(db).takeHalf(ref),

    /** The same, of an account that has just shown its password or its link. */
    async halfOf(accountId: number): Promise<HalfSignedIn> {
      return { accountId, changedAt: await credentialRepository(db).changedAt(accountId) };
    },

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

    /** Traces the end of a session that the person asked for. */
    signOut: (accountId: number): Promise<void> =>
      recordEvents(
        { db, clock, actor: { kind: 'account', accountId } },
        { action: 'sign_out', details: {}, subjectAccountId: accountId },
      ),
  };
}
