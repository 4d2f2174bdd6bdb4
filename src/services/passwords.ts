import { hash, verify } from '@node-rs/argon2';

// OWASP's first recommendation: argon2id (this library's own default), 19 MiB, two passes.
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

// Verified against when there is no account, so that the answer takes as long (no account enumeration).
let dummy: Promise<string> | undefined;

/** Passwords are compared in NFC, because keyboards differ in how they compose accents. */
const normalised = (password: string) => password.normalize('NFC');

/** An argon2id hash, in PHC format. */
export function hashPassword(password: string): Promise<string> {
  return hash(normalised(password), COST);
}

/** True when the password matches. A missing or malformed hash takes as long as a real one and never matches. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  dummy ??= hashPassword('no account has this password');
  const against = stored ?? (await dummy);
  try {
    const matches = await verify(against, normalised(password));
    return matches && stored !== null;
  } catch {
    return false;
  }
}
