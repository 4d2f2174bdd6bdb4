import { measure } from '../database/measures.ts';
import { recordEvents, transaction } from '../database/transaction.ts';
import { type FactorKind, type Proof, type TypedCode, typedCode } from '../domain/second-factor.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { factorRepository } from '../repositories/factors.ts';
import { knownDeviceRepository } from '../repositories/known-devices.ts';
import { windowLimiter } from '../repositories/rate-limits.ts';
import type { Origin } from '../security/attempts.ts';
import type { FactorCipher } from '../security/factor-cipher.ts';
import { digest } from '../security/limits.ts';
import { stepOf } from '../security/totp.ts';
import type { ServiceContext } from './context.ts';
import { hashDevice } from './known-devices.ts';
import { cipherOf, hashRecoveryCode, openSecret, sealSecret, tellPerson } from './own-factors.ts';

const WINDOW_SECONDS = 15 * 60;
/** Codes that are looked at in a window; a device that the account knows has as many of its own. */
const TRIES = 5;

/** Applications that are looked at together at night. */
const AT_ONCE = 500;
const KEY_LOST = 'a second factor was sealed with a key that is not there any more';

/** The same secret, sealed with the present key; null where no key that is there opens it. */
function resealed(cipher: FactorCipher, accountId: number, secret: Buffer): Buffer | null {
  try {
    return sealSecret(cipher, accountId, openSecret(cipher, accountId, { secret }));
  } catch {
    measure({ kind: 'fault', fault: KEY_LOST });
    return null;
  }
}

/** What a code, or a passkey, was asked for. */
export type AskedFor = 'sign_in' | 'identity';

export type Checked<P extends Proof> =
  | { kind: 'right'; proof: P }
  /** Wrong, of another time, or used before: nothing says which. `left`: how many more are looked at in this window. */
  | { kind: 'refused'; left: number }
  /** Too many were wrong: this one was not looked at. Seconds. */
  | { kind: 'limited'; retryAfter: number };

/** What was typed: neither, where it is like no code at all. */
type CodeKind = TypedCode['kind'] | 'neither';

/** Of one that was not taken: what it was typed as, and what the person may show. */
export type NotTaken = Exclude<Checked<never>, { kind: 'right' }> & {
  typed: CodeKind;
  has: Readonly<Record<FactorKind, boolean>>;
};

export type CheckedCode = Extract<Checked<TypedCode['kind']>, { kind: 'right' }> | NotTaken;

export interface Bearer {
  id: number;
  email: string;
}

const actedBy = ({ db, clock }: Pick<ServiceContext, 'db' | 'clock'>, { id }: Bearer) =>
  ({ db, clock, actor: { kind: 'account', accountId: id } }) as const;

/** What shows who somebody is, counted before it is looked at, so that no burst of guesses passes. */
export function countedChecks({ db, clock }: ServiceContext, { name, by }: { name: string; by?: 'passkey' }) {
  const tries = windowLimiter(db, name, WINDOW_SECONDS);
  const detailsOf = (asked: AskedFor) => (by === undefined ? { asked } : { asked, with: by });

  /** As for passwords: who knows the password does not lock out the devices that the account knows. */
  async function counterOf({ id, email }: Bearer, { device }: Origin): Promise<string> {
    const hash = device === null ? null : hashDevice(device);
    const known = hash !== null && (await knownDeviceRepository(db).isKnown(email, hash, clock.now()));
    return digest(known ? `${hash} ${id}` : String(id));
  }

  async function limited(bearer: Bearer, { consumed, asked }: { consumed: number; asked: AskedFor }) {
    // The first refusal of the window alone is traced, and told.
    if (consumed !== TRIES + 1) return;
    await transaction(actedBy({ db, clock }, bearer), async (unit) => {
      unit.record({ action: 'factor.limited', details: detailsOf(asked), subjectAccountId: bearer.id });
      await tellPerson(unit, await accountRepository(unit.db).get(bearer.id), 'codes_refused');
    });
  }

  return async <P extends Proof>(
    bearer: Bearer,
    { origin, asked }: { origin: Origin; asked: AskedFor },
    use: () => Promise<P | null>,
  ): Promise<Checked<P>> => {
    const counter = await counterOf(bearer, origin);
    const { consumedPoints: consumed, msBeforeNext } = await tries.penalty(counter);
    if (consumed > TRIES) {
      await limited(bearer, { consumed, asked });
      return { kind: 'limited', retryAfter: Math.ceil(msBeforeNext / 1000) };
    }
    const proof = await use();
    if (proof !== null) {
      await tries.delete(counter);
      return { kind: 'right', proof };
    }
    await recordEvents(actedBy({ db, clock }, bearer), {
      action: 'factor.refused',
      details: detailsOf(asked),
      subjectAccountId: bearer.id,
    });
    return { kind: 'refused', left: TRIES - consumed };
  };
}

/** Codes of applications and recovery codes, each of which is taken once. */
export function factorCheckService(context: ServiceContext) {
  const { db, clock } = context;
  const counted = countedChecks(context, { name: 'factor-codes' });

  /** The step of the code, of the application of the account; null for any other. */
  async function codeStep(accountId: number, code: string): Promise<{ id: number; step: number } | null> {
    const factors = factorRepository(db);
    const authenticator = await factors.findAuthenticator(accountId);
    if (authenticator === undefined) return null;
    const cipher = cipherOf(context);
    try {
      const secret = openSecret(cipher, accountId, authenticator);
      const step = stepOf(secret, code, clock.now());
      if (step === null) return null;
      return { id: authenticator.id, step };
    } catch {
      // Recovery codes and passkeys still serve.
      measure({ kind: 'fault', fault: KEY_LOST });
      return null;
    }
  }

  async function use(bearer: Bearer, { kind, code }: TypedCode): Promise<boolean> {
    if (kind === 'code') {
      const found = await codeStep(bearer.id, code);
      return found !== null && (await factorRepository(db).useStep(found.id, found.step, clock.now()));
    }
    return transaction(actedBy(context, bearer), async (unit) => {
      const hash = hashRecoveryCode(bearer.id, code);
      const left = await factorRepository(unit.db).useRecoveryCode(bearer.id, hash, unit.now);
      if (left === null) return false;
      unit.record({ action: 'factor.recovery_code_used', details: { left }, subjectAccountId: bearer.id });
      const person = await accountRepository(unit.db).get(bearer.id);
      await tellPerson(unit, person, 'recovery_code_used', { detail: String(left) });
      return true;
    });
  }

  return {
    /** Seals with the present key what the former one had (FACTOR_KEY_PREVIOUS). Returns how many. */
    async resealAll(): Promise<number> {
      const factors = factorRepository(db);
      const cipher = cipherOf(context);
      let count = 0;
      for (let last = 0; ; ) {
        const some = await factors.after(last, AT_ONCE);
        for (const { id, accountId, secret: from } of some) {
          last = id;
          if (!cipher.isFormer(from)) continue;
          const to = resealed(cipher, accountId, from);
          if (to === null) continue;
          await factors.reseal(id, { from, to });
          count += 1;
        }
        if (some.length < AT_ONCE) return count;
      }
    },

    /** Looks at what was typed as a code. */
    async check(
      bearer: Bearer,
      text: string,
      from: { origin: Origin; asked: AskedFor },
    ): Promise<CheckedCode> {
      const typed = typedCode(text);
      const checked: Checked<TypedCode['kind']> =
        typed === null
          ? { kind: 'refused', left: TRIES }
          : await counted(bearer, from, async () => ((await use(bearer, typed)) ? typed.kind : null));
      if (checked.kind === 'right') return checked;
      const has = await factorRepository(db).kindsOf(bearer.id);
      return { ...checked, typed: typed?.kind ?? 'neither', has };
    },
  };
}
