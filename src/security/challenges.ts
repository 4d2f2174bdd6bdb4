import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { MINUTE } from '../domain/duration.ts';

/** What a passkey is asked for: a challenge of one is worth nothing for another. */
type ChallengePurpose = 'sign-in' | 'second-step' | 'identity' | 'enrolment';

/** Whom a challenge is given to, and what for. */
export interface Asked {
  purpose: ChallengePurpose;
  /** The session, or the browser of a visitor. */
  holder: string;
  /** Whose passkeys are asked; null where any may answer. */
  accountId: number | null;
}

/** Milliseconds. */
const CHALLENGE_LIFETIME = 5 * MINUTE;
const [NONCE, EXPIRY, MAC] = [16, 8, 32];

/** Challenges of passkeys: signed, so that nothing is kept of them before they are answered. */
export function challenges(secret: string) {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'portail challenges', 32));
  const macOf = (head: Uint8Array, { purpose, holder, accountId }: Asked): Buffer =>
    createHmac('sha256', key)
      .update(head)
      .update(JSON.stringify([purpose, holder, accountId]))
      .digest();

  return {
    issue(asked: Asked, now: Date): Uint8Array<ArrayBuffer> {
      const expiry = Buffer.alloc(EXPIRY);
      expiry.writeBigUInt64BE(BigInt(now.getTime() + CHALLENGE_LIFETIME));
      const head = Buffer.concat([randomBytes(NONCE), expiry]);
      return new Uint8Array(Buffer.concat([head, macOf(head, asked)]));
    },

    /** What an answer gives back, in base64url: null where it was not given for this, or is over. */
    read(challenge: string, asked: Asked, now: Date): { hash: string; expiresAt: Date } | null {
      const bytes = Buffer.from(challenge, 'base64url');
      if (bytes.length !== NONCE + EXPIRY + MAC) return null;
      const head = bytes.subarray(0, NONCE + EXPIRY);
      if (!timingSafeEqual(bytes.subarray(NONCE + EXPIRY), macOf(head, asked))) return null;
      const expiresAt = new Date(Number(head.readBigUInt64BE(NONCE)));
      // Of the bytes: the same ones can be written in several ways.
      const hash = createHash('sha256').update(bytes).digest('base64url');
      return expiresAt > now ? { hash, expiresAt } : null;
    },

    /** What a device is to know an account by: nothing that somebody else could tell. */
    handleOf: (accountId: number): string =>
      createHmac('sha256', key).update(`handle of account ${accountId}`).digest('base64url'),
  };
}
