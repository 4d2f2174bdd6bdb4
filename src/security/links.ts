import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '../database/knex.ts';
import { LINK_LIFETIMES, type LinkPurpose } from '../domain/link.ts';
import { type LinkSubject, tokenRepository } from '../repositories/tokens.ts';

/** What is stored of a token: who reads the database cannot follow a link. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('base64url');

/**
 * Makes a one-use link and returns its token, 256 random bits in base64url, which exists nowhere else: it is told
 * to one person and forgotten.
 */
export async function createLink(
  db: Database,
  purpose: LinkPurpose,
  subject: LinkSubject,
  now: Date,
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await tokenRepository(db).add({
    purpose,
    subject,
    hash: hashToken(token),
    createdAt: now,
    expiresAt: new Date(now.getTime() + LINK_LIFETIMES[purpose]),
  });
  return token;
}

/** Takes a link back, whose message did not leave: it must not stay open for nobody. */
export const removeLink = (db: Database, token: string): Promise<void> =>
  tokenRepository(db).remove(hashToken(token));
