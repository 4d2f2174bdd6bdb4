import { createHash, randomBytes } from 'node:crypto';
import { transaction } from '../database/transaction.ts';
import { withoutSecrets } from '../domain/form-fields.ts';
import { KEPT_FORM_MINUTES } from '../domain/retention.ts';
import { keptFormRepository, type StoredForm } from '../repositories/kept-forms.ts';
import type { ServiceContext } from './context.ts';

/** Forms kept a person, the last ones. */
export const MOST_FORMS = 3;
/** Bytes that a kept form may take; the table says it too. */
const MOST_BYTES = 64 * 1024;

/** Milliseconds that a form is kept. */
export const FORM_LIFETIME = KEPT_FORM_MINUTES * 60_000;

const hashKey = (key: string): string => createHash('sha256').update(key).digest('base64url');

/** What keeping a form comes to. */
type Kept =
  /** Under its number, and the key that its cookie is to carry. */
  | { kind: 'kept'; id: number; key: string }
  | { kind: 'too-long' }
  /** Nobody is there to give it back to. */
  | { kind: 'nobody' };

/** Forms sent after their session had ended (docs/decisions/0019-forms-kept.md). Nothing is traced: nothing was done. */
export function keptFormService({ db, clock }: ServiceContext) {
  const forms = keptFormRepository(db);
  const hashed = (keys: readonly string[]) => keys.map(hashKey);

  return {
    /** Keeps what the account had filled in, passwords and token left out. */
    async keep(accountId: number, { path, page, fields: sent }: Omit<StoredForm, 'id'>): Promise<Kept> {
      const fields = JSON.stringify(withoutSecrets(sent));
      if (Buffer.byteLength(fields) > MOST_BYTES) return { kind: 'too-long' };
      const key = randomBytes(32).toString('base64url');
      const id = await transaction(
        { db, clock, actor: { kind: 'account', accountId } },
        ({ db: trx, now }) => {
          const expiresAt = new Date(now.getTime() + FORM_LIFETIME);
          const form = { accountId, keyHash: hashKey(key), path, page, fields, expiresAt };
          return keptFormRepository(trx).add(form, MOST_FORMS);
        },
      );
      return id === undefined ? { kind: 'nobody' } : { kind: 'kept', id, key };
    },

    /** The forms that these keys open for this account and no other, the last one first. */
    list: (accountId: number, keys: readonly string[]): Promise<StoredForm[]> =>
      forms.list(accountId, hashed(keys), clock.now()),

    /** The form at that address is sent, and leads somewhere. */
    dropSent: (accountId: number, keys: readonly string[], path: string): Promise<void> =>
      forms.dropSent(accountId, hashed(keys), path),

    /** Somebody signs in on a browser: forms that others had filled there are dropped. Returns how many. */
    dropOfOthers: (accountId: number, keys: readonly string[]): Promise<number> =>
      forms.dropOfOthers(accountId, hashed(keys), clock.now()),
  };
}
