import { hash, verify } from '@node-rs/argon2';
import { measure } from '../database/measures.ts';

// OWASP's first recommendation: argon2id (this library's own default), 19 MiB, two passes.
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

// Verified against when there is no account, so that the answer takes as long (no account enumeration). It is the hash
// of nothing: all of its bits are zero.
const { memoryCost, timeCost, parallelism } = COST;
const DUMMY = `$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Passwords are compared in NFC, because keyboards differ in how they compose accents. */
const normalised = (password: string) => password.normalize('NFC');

/** An argon2id hash, in PHC format. */
export function hashPassword(password: string): Promise<string> {
  return hash(normalised(password), COST);
}

/**
 * True when the password matches. A missing or malformed hash takes as long as a real one and never matches; the
 * latter is told to who runs the portal.
 * @throws the library's error where it could not verify, for want of memory for instance: that says nothing of the
 *   password
 */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  if (stored !== null) {
    try {
      return await verify(stored, normalised(password));
    } catch (error) {
      if (!isMalformed(error)) throw error;
      measure({ kind: 'fault', fault: 'a stored password is malformed: its owner has to choose another' });
    }
  }
  await verify(DUMMY, normalised(password));
  return false;
}

/** What the library says of a hash that it cannot read. */
const isMalformed = (error: unknown): boolean => (error as { code?: unknown }).code === 'InvalidArg';
