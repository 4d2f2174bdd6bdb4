import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server';
import { recordEvents } from '../database/transaction.ts';
import { ANONYMOUS } from '../domain/audit-event.ts';
import { passkeyRepository } from '../repositories/passkeys.ts';
import type { AddressLanes } from '../security/address-lanes.ts';
import { attemptCounter, type Limited, type Origin } from '../security/attempts.ts';
import type { Asked } from '../security/challenges.ts';
import type { ServiceContext } from './context.ts';
import { type AskedFor, type Bearer, type Checked, countedChecks } from './factor-checks.ts';
import { orNull, passkeySite } from './passkey-site.ts';

/** `stale`: its challenge was not given for this, is over, or was answered before. */
export type Stale = { kind: 'stale' };

export type CheckedPasskey = Checked<'passkey'> | Stale;

export type PasskeySignIn =
  | { kind: 'signed-in'; accountId: number; passkeyId: number }
  /** Unknown, ended, of another site, or of an account that is not active: nothing says which. */
  | { kind: 'refused' }
  | { kind: 'limited'; limit: Limited }
  | { kind: 'gone' }
  | Stale;

/** Who answers with a passkey of theirs, from where, and what for. */
interface Answering {
  holder: string;
  purpose: 'second-step' | 'identity';
  origin: Origin;
}

const ASKED_FOR: Readonly<Record<Answering['purpose'], AskedFor>> = {
  'second-step': 'sign_in',
  identity: 'identity',
};

/** Passkeys (R89): what signs in alone, since the device has verified its person; and a second factor. */
export function passkeyService(context: ServiceContext, lanes: AddressLanes) {
  const { db, clock } = context;
  const site = passkeySite(context);
  const attempts = attemptCounter(db);
  const counted = countedChecks(context, { name: 'factor-passkeys', by: 'passkey' });

  /** The passkey in force that signed this, for this site, its person verified; null for any other. */
  async function verified(answer: AuthenticationResponseJSON, challenge: string, discovered: boolean) {
    const key = await passkeyRepository(db).findByCredential(answer.id);
    const { userHandle } = answer.response;
    const isTheirs = userHandle === key?.handle || (!discovered && userHandle === undefined);
    if (key === undefined || !isTheirs) return { key, use: null };
    const done = await orNull(() =>
      verifyAuthenticationResponse({
        response: answer,
        expectedChallenge: challenge,
        expectedOrigin: site.origin,
        expectedRPID: site.rpID,
        // The counter is judged where it is written, so that of two at once one is refused.
        credential: { id: answer.id, publicKey: new Uint8Array(key.publicKey), counter: 0 },
        requireUserVerification: true,
      }),
    );
    if (!done?.verified) return { key, use: null };
    const { newCounter: signCount, credentialBackedUp: synced } = done.authenticationInfo;
    return { key, use: () => passkeyRepository(db).use(key.id, { signCount, synced, at: clock.now() }) };
  }

  async function judgeSignIn(answer: AuthenticationResponseJSON, challenge: string, { address }: Origin) {
    const { key, use } = await verified(answer, challenge, true);
    if (key?.active && (await use?.())) {
      const { accountId, id: passkeyId } = key;
      return { kind: 'signed-in', accountId, passkeyId } as const;
    }
    await attempts.failedFrom(address, answer.id);
    await recordEvents(
      { db, clock, actor: ANONYMOUS },
      {
        action: 'sign_in.refused',
        details: { cause: key && use && !key.active ? 'inactive' : 'wrong', with: 'passkey' },
        subjectAccountId: key?.accountId,
        organismId: key?.organismId ?? null,
      },
    );
    return { kind: 'refused' } as const;
  }

  async function turnedAway(limit: Limited): Promise<PasskeySignIn> {
    const details = { scope: limit.scope };
    if (limit.first)
      await recordEvents(
        { db, clock, actor: ANONYMOUS },
        { action: 'sign_in.limited', details, organismId: null },
      );
    return { kind: 'limited', limit };
  }

  return {
    /** What a browser needs to ask for a passkey: any of this site where nobody is known yet, else theirs. */
    async options({ holder, purpose, accountId }: Asked) {
      const theirs = accountId === null ? [] : await passkeyRepository(db).descriptorsOf(accountId);
      return generateAuthenticationOptions({
        rpID: site.rpID,
        challenge: site.challenge({ holder, purpose, accountId }),
        userVerification: 'required',
        allowCredentials: theirs,
      });
    },

    /** Signs in with a passkey alone; the account is the one that the passkey is of. */
    async signIn(answer: AuthenticationResponseJSON, holder: string, origin: Origin): Promise<PasskeySignIn> {
      const challenge = await site.answered(
        { purpose: 'sign-in', holder, accountId: null },
        answer.response.clientDataJSON,
      );
      if (challenge === null) return { kind: 'stale' };
      const result = await lanes(origin, () => judgeSignIn(answer, challenge, origin));
      return result.kind === 'turned-away' ? turnedAway(result.limit) : result;
    },

    /** Looks at a passkey of somebody who is known: their second factor, or who they are, asked again. */
    async check(
      bearer: Bearer,
      answer: AuthenticationResponseJSON,
      { holder, purpose, origin }: Answering,
    ): Promise<CheckedPasskey> {
      const challenge = await site.answered(
        { purpose, holder, accountId: bearer.id },
        answer.response.clientDataJSON,
      );
      if (challenge === null) return { kind: 'stale' };
      return counted(bearer, { origin, asked: ASKED_FOR[purpose] }, async () => {
        const { key, use } = await verified(answer, challenge, false);
        return key?.accountId === bearer.id && key.active && (await use?.()) ? 'passkey' : null;
      });
    },
  };
}
