import type { Database } from '../database/knex.ts';
import { purge } from './purge.ts';

/** A form as it is known once it is done: whose, by the digests of its key and of what was sent. */
export interface SentForm {
  accountId: number;
  keyHash: string;
  inputHash: string;
}

/** What is remembered of a form that was done. */
export interface DoneForm {
  inputHash: string;
  doneAt: Date;
  /** Null where it is not known, or not yet. */
  ledTo: string | null;
}

/** The keys of forms that were done. */
export function formKeyRepository(db: Database) {
  const rowOf = ({ accountId, keyHash }: SentForm) =>
    db('form_keys').where({ account_id: accountId, key_hash: keyHash });

  return {
    /** Takes a key, once whoever is taking it is through; false where it is taken. */
    async take(form: SentForm, doneAt: Date): Promise<boolean> {
      const taken = await db('form_keys')
        .insert({
          account_id: form.accountId,
          key_hash: form.keyHash,
          input_hash: form.inputHash,
          done_at: doneAt,
        })
        .onConflict(['account_id', 'key_hash'])
        .ignore()
        .returning('key_hash');
      return taken.length > 0;
    },

    async giveBack(form: SentForm): Promise<void> {
      await rowOf(form).delete();
    },

    /** What this key of this account has done. */
    find: (form: SentForm): Promise<DoneForm | undefined> =>
      rowOf(form).first({ inputHash: 'input_hash', doneAt: 'done_at', ledTo: 'led_to' }),

    /** Not waiting for the disk: what a crash loses of it is only where one is led. */
    async leadTo({ accountId, keyHash }: SentForm, path: string): Promise<void> {
      await db.raw(
        `UPDATE form_keys SET led_to = ?
         FROM (SELECT set_config('synchronous_commit', 'off', true)) AS at_leisure
         WHERE account_id = ? AND key_hash = ?`,
        [path, accountId, keyHash],
      );
    },

    /** Forgets the forms that were done before this instant, and returns how many. */
    purgeDoneBefore: (instant: Date): Promise<number> =>
      purge(db, 'form_keys', (keys) => keys.where('done_at', '<', instant)),
  };
}
