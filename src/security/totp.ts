import { Secret, TOTP } from 'otpauth';

/** Seconds of a step: what every application on telephones takes. */
const STEP = 30;
/** Steps before and after the present one whose code is taken. */
const WINDOW = 1;
/** Steps that a telephone may be off, at enrolment, to be told by how much: ten minutes. */
const FAR = 20;
const SIZE = 20;

const of = (secret: string, label = '') =>
  new TOTP({
    issuer: 'Espace Organismes',
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: STEP,
    secret: Secret.fromBase32(secret),
  });

/** A new secret, in base32. */
export const newTotpSecret = (): string => new Secret({ size: SIZE }).base32;

/** What a telephone reads in the picture. */
export const totpUri = (secret: string, email: string): string => of(secret, email).toString();

/** The step of the code, where it is of now or beside; null for any other (RFC 6238). */
export function stepOf(secret: string, code: string, now: Date): number | null {
  const timestamp = now.getTime();
  const delta = of(secret).validate({ token: code, timestamp, window: WINDOW });
  return delta === null ? null : Math.floor(timestamp / 1000 / STEP) + delta;
}

/** By how many seconds the telephone is off that gave this code, where it is: to be told while it is added, never after. */
export function driftOf(secret: string, code: string, now: Date): number | null {
  const delta = of(secret).validate({ token: code, timestamp: now.getTime(), window: FAR });
  return delta === null ? null : delta * STEP;
}
