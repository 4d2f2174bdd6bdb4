import type { Database } from '../database/knex.ts';
import type { FactorKind } from '../domain/second-factor.ts';
import { purge } from './purge.ts';

/** An application that gives codes. */
export interface Authenticator {
  id: number;
  /** Encrypted (security/factor-cipher.ts). */
  secret: Buffer;
  addedAt: Date;
  lastUsedAt: Date | null;
}

/** A passkey as its person sees it. */
export interface Passkey {
  id: number;
  name: string;
  /** It is on other devices of the person too. */
  synced: boolean;
  addedAt: Date;
  lastUsedAt: Date | null;
}

const TABLES: Readonly<Record<FactorKind, string>> = { authenticator: 'authenticators', passkey: 'passkeys' };
/** All that stands beside a password. */
const KEPT = ['authenticators', 'passkeys', 'recovery_codes'] as const;
const AUTHENTICATOR = { id: 'id', secret: 'secret', addedAt: 'added_at', lastUsedAt: 'last_used_at' };
const PASSKEY = { id: 'id', name: 'name', synced: 'synced', addedAt: 'added_at', lastUsedAt: 'last_used_at' };

/** A factor that was: a passkey by its name, an application without. */
export interface FormerFactor {
  name: string | null;
  addedAt: Date;
}

/** Second factors in force (R89); what has ended is kept for some days. */
export function factorRepository(db: Database) {
  const ofAccount = (table: string, accountId: number) =>
    db(table).where({ account_id: accountId }).whereNull('ended_at');

  return {
    findAuthenticator: (accountId: number): Promise<Authenticator | undefined> =>
      ofAccount('authenticators', accountId).first(AUTHENTICATOR),

    /** Those of the account, the first that was added first. */
    passkeysOf: (accountId: number): Promise<Passkey[]> =>
      ofAccount('passkeys', accountId).select(PASSKEY).orderBy('id'),

    /** Ends all that stands beside the password of the account: a reset does. */
    async endAll(accountId: number, { resetId, at }: { resetId: number; at: Date }): Promise<void> {
      for (const table of KEPT) await ofAccount(table, accountId).update({ ended_at: at, reset_id: resetId });
    },

    /**
     * What a reset ended, or what stood beside the password at an instant, is in force again, in the place of what was
     * added since; true where that changes anything.
     */
    async putBack(
      accountId: number,
      to: { resetId: number } | { instant: Date },
      at: Date,
    ): Promise<boolean> {
      let changed = 0;
      for (const table of KEPT) {
        const added = ofAccount(table, accountId);
        const ended = db(table).where({ account_id: accountId });
        if ('resetId' in to) ended.where({ reset_id: to.resetId });
        else {
          added.where('added_at', '>=', to.instant);
          ended.where('added_at', '<', to.instant).where('ended_at', '>=', to.instant);
        }
        changed += await added.update({ ended_at: at });
        changed += await ended.update({ ended_at: null });
      }
      return changed > 0;
    },

    /** What a reset ended, which « Ce n'est pas moi » puts back. */
    async endedBy(resetId: number): Promise<FormerFactor[]> {
      const [applications, keys] = await Promise.all([
        db('authenticators').select({ addedAt: 'added_at' }).where({ reset_id: resetId }),
        db('passkeys')
          .select({ name: 'name', addedAt: 'added_at' })
          .where({ reset_id: resetId })
          .orderBy('id'),
      ]);
      return [...applications.map(({ addedAt }) => ({ name: null, addedAt })), ...keys];
    },

    /** How many factors the account has. */
    async count(accountId: number): Promise<number> {
      const [applications, keys] = await Promise.all(
        ['authenticators', 'passkeys'].map((table) => ofAccount(table, accountId).count('id').first()),
      );
      return Number(applications?.count ?? 0) + Number(keys?.count ?? 0);
    },

    /** In the place of the one that there was; `step` is that of the code that confirmed it. */
    async setAuthenticator(
      accountId: number,
      { secret, step, at }: { secret: Buffer; step: number; at: Date },
    ): Promise<void> {
      await ofAccount('authenticators', accountId).update({ ended_at: at });
      await db('authenticators').insert({
        account_id: accountId,
        secret,
        last_step: step,
        added_at: at,
        last_used_at: at,
      });
    },

    /** So many applications in force after that number, in its order. */
    after: (id: number, count: number): Promise<{ id: number; accountId: number; secret: Buffer }[]> =>
      db('authenticators')
        .select({ id: 'id', accountId: 'account_id', secret: 'secret' })
        .whereNull('ended_at')
        .where('id', '>', id)
        .orderBy('id')
        .limit(count),

    /** Sealed anew with the present key. */
    async reseal(id: number, { from, to }: { from: Buffer; to: Buffer }): Promise<void> {
      await db('authenticators').where({ id, secret: from }).update({ secret: to });
    },

    /** Uses the code of a step up: of any number of uses at once, one gets it, and none of an earlier step after it. */
    useStep: async (id: number, step: number, at: Date): Promise<boolean> =>
      (await db('authenticators')
        .where({ id })
        .whereNull('ended_at')
        .where('last_step', '<', step)
        .update({ last_step: step, last_used_at: at })) === 1,

    /** Ends a factor of the account, and says what it was called; undefined where it is none of theirs any more. */
    async end(
      kind: FactorKind,
      accountId: number,
      { id, at }: { id: number; at: Date },
    ): Promise<{ name?: string } | undefined> {
      const columns = kind === 'passkey' ? ['name'] : [];
      const found = ofAccount(TABLES[kind], accountId).where({ id });
      const [ended] = await found.update({ ended_at: at }).returning(['id', ...columns]);
      return ended && (kind === 'passkey' ? { name: ended.name } : {});
    },

    /** Recovery codes, by their digests, in the place of those there were. */
    async setRecoveryCodes(accountId: number, hashes: readonly string[], at: Date): Promise<void> {
      await ofAccount('recovery_codes', accountId).update({ ended_at: at });
      const rows = hashes.map((hash) => ({ account_id: accountId, code_hash: hash, added_at: at }));
      if (rows.length > 0) await db('recovery_codes').insert(rows);
    },

    /** Uses a recovery code up, once; how many are left, or null where it is none that still serves. */
    async useRecoveryCode(accountId: number, hash: string, at: Date): Promise<number | null> {
      const used = await ofAccount('recovery_codes', accountId)
        .where({ code_hash: hash })
        .whereNull('used_at')
        .update({ used_at: at });
      if (used === 0) return null;
      return (await this.recoveryCodesOf(accountId)).left;
    },

    /** What there is to show who one is with, beside recovery codes. */
    async kindsOf(accountId: number): Promise<Readonly<Record<FactorKind, boolean>>> {
      const [authenticator, passkeys] = await Promise.all([
        this.findAuthenticator(accountId),
        this.passkeysOf(accountId),
      ]);
      return { authenticator: authenticator !== undefined, passkey: passkeys.length > 0 };
    },

    /** Whether this code is one of those in force, used or not. */
    hasRecoveryCode: async (accountId: number, hash: string): Promise<boolean> =>
      (await ofAccount('recovery_codes', accountId).where({ code_hash: hash }).first('id')) !== undefined,

    /** How many are left, and since when they are; none: null. */
    async recoveryCodesOf(accountId: number): Promise<{ left: number; addedAt: Date | null }> {
      const [found] = await ofAccount('recovery_codes', accountId)
        .count({ left: db.raw('CASE WHEN used_at IS NULL THEN 1 END') })
        .max({ addedAt: 'added_at' });
      return { left: Number(found?.left ?? 0), addedAt: found?.addedAt ?? null };
    },

    /** Writes since when the person knows that a factor is asked of them; false where they knew. */
    markAsked: async (accountId: number, at: Date): Promise<boolean> =>
      (await db('credentials')
        .where({ account_id: accountId })
        .whereNull('factor_asked_at')
        .update({ factor_asked_at: at })) === 1,

    /** Forgets what ended before this instant; returns how many. */
    async purgeEndedBefore(instant: Date): Promise<number> {
      let ended = 0;
      for (const table of KEPT)
        ended += await purge(db, table, (rows) => rows.where('ended_at', '<', instant));
      return ended;
    },
  };
}
