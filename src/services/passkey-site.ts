import { decodeClientDataJSON } from '@simplewebauthn/server/helpers';
import { passkeyRepository } from '../repositories/passkeys.ts';
import { type Asked, challenges } from '../security/challenges.ts';
import type { ServiceContext } from './context.ts';

/** The site that passkeys are of, and the challenges that it gives: each is worth one answer. */
export function passkeySite({ db, clock, passkeys }: ServiceContext) {
  // Commands have neither pages nor challenges.
  const { origin, secret } = passkeys ?? { origin: 'http://localhost', secret: '' };
  const signed = challenges(secret);

  return {
    origin,
    rpID: new URL(origin).hostname,

    challenge: (asked: Asked) => signed.issue(asked, clock.now()),

    /** The challenge that is answered, used up before anything else is looked at; null where it is not worth anything. */
    async answered(asked: Asked, clientData: string): Promise<string | null> {
      const challenge = challengeIn(clientData);
      const read = challenge === null ? null : signed.read(challenge, asked, clock.now());
      if (read === null) return null;
      return (await passkeyRepository(db).useChallenge(read.hash, read.expiresAt)) ? challenge : null;
    },

    /** What a device is to know an account by, as long as nothing is kept of it. */
    newHandle: signed.handleOf,
  };
}

function challengeIn(clientData: string): string | null {
  try {
    const { challenge, crossOrigin } = decodeClientDataJSON(clientData);
    // Asked for within a page of another site: ours is never shown there.
    return typeof challenge === 'string' && crossOrigin !== true ? challenge : null;
  } catch {
    return null;
  }
}

/** What comes from a browser may be anything: the library throws for what it cannot read. */
export async function orNull<T>(read: () => Promise<T | null>): Promise<T | null> {
  try {
    return await read();
  } catch {
    return null;
  }
}
