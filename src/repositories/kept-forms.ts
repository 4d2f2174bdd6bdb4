import type { Database } from '../database/knex.ts';
import type { FormFields } from '../domain/form-fields.ts';
import { purge } from './purge.ts';

/** A form that was sent after its session had ended, as it is kept. */
export interface StoredForm {
  id: number;
  /** The address that it was sent to, and that of the page that has it. */
  path: string;
  page: string;
  fields: FormFields;
}

interface NewForm {
  accountId: number;
  keyHash: string;
  path: string;
  page: string;
  /** As a JSON text. */
  fields: string;
  expiresAt: Date;
}

/** Forms kept for the account that filled them, by the digest of what a cookie carries. */
export function keptFormRepository(db: Database) {
  const ofKeys = (keyHashes: readonly string[]) => db('kept_forms').whereIn('key_hash', [...keyHashes]);

  return {
    /**
     * Keeps a form, and of the others of its account the last ones: `most` in all. Returns its number; undefined where
     * the account is not active any more, or not there. In a transaction: the account is locked.
     */
    async add(form: NewForm, most: number): Promise<number | undefined> {
      const { accountId } = form;
      const account = await db('accounts')
        .first('id')
        .where({ id: accountId, active: true })
        .forNoKeyUpdate();
      if (!account) return undefined;
      const [row] = await db('kept_forms')
        .insert({
          key_hash: form.keyHash,
          account_id: accountId,
          path: form.path,
          page: form.page,
          fields: form.fields,
          expires_at: form.expiresAt,
        })
        .returning('id');
      const last = db('kept_forms')
        .select('id')
        .where({ account_id: accountId })
        .orderBy('id', 'desc')
        .limit(most);
      await db('kept_forms').where({ account_id: accountId }).whereNotIn('id', last).delete();
      return row.id;
    },

    /** The forms that these keys open for the account, the last one first. */
    async list(accountId: number, keyHashes: readonly string[], now: Date): Promise<StoredForm[]> {
      const rows = await ofKeys(keyHashes)
        .select('id', 'path', 'page', 'fields')
        .where({ account_id: accountId })
        .where('expires_at', '>', now)
        .orderBy('id', 'desc');
      return rows.map((row) => ({ ...row, fields: JSON.parse(row.fields) }));
    },

    /** Drops those of these keys that the account had sent to that address. */
    async dropSent(accountId: number, keyHashes: readonly string[], path: string): Promise<void> {
      await ofKeys(keyHashes).where({ account_id: accountId, path }).delete();
    },

    /** Drops the forms of these keys that somebody else filled, and returns how many of them were still kept. */
    async dropOfOthers(accountId: number, keyHashes: readonly string[], now: Date): Promise<number> {
      const dropped = await ofKeys(keyHashes)
        .whereNot({ account_id: accountId })
        .delete()
        .returning('expires_at');
      return dropped.filter(({ expires_at }) => expires_at > now).length;
    },

    /** Deletes those whose time is over, and returns how many. */
    purgeEndedBefore: (instant: Date): Promise<number> =>
      purge(db, 'kept_forms', (forms) => forms.where('expires_at', '<', instant)),
  };
}
