import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import type { ResetState } from '../domain/factor-reset.ts';

/** A reset of a second factor, with its person and who asked for it. */
export interface FactorReset {
  id: number;
  accountId: number;
  email: string;
  firstName: string;
  lastName: string;
  /** The organism of the person, as they stand. */
  organismId: number;
  organismCode: string;
  organismName: string;
  /** Null for the command; « Prénom NOM » of who asked. */
  askedById: number | null;
  askedBy: string | null;
  askedAt: Date;
  reason: string;
  effectiveAt: Date;
  state: ResetState;
  endedAt: Date | null;
}

type NewReset = Pick<
  FactorReset,
  'accountId' | 'organismId' | 'askedById' | 'askedAt' | 'reason' | 'effectiveAt'
>;

const RESET = `
  SELECT r.id, r.account_id AS "accountId", a.email, a.first_name AS "firstName", a.last_name AS "lastName",
    o.id AS "organismId", o.code AS "organismCode", o.name AS "organismName", r.asked_by AS "askedById",
    n.first_name || ' ' || n.last_name AS "askedBy", r.asked_at AS "askedAt", r.reason,
    r.effective_at AS "effectiveAt", r.state, r.ended_at AS "endedAt"
  FROM factor_resets r JOIN accounts a ON a.id = r.account_id JOIN organisms o ON o.id = a.organism_id
  LEFT JOIN accounts n ON n.id = r.asked_by`;

const BY_LINK = `${RESET} JOIN tokens t ON t.factor_reset_id = r.id
  WHERE t.token_hash = $1 AND t.purpose = 'factor_reset' AND t.used_at IS NULL AND t.expires_at > $2`;

/** Resets of second factors (R89): rows are ended, never deleted (P7). */
export function factorResetRepository(db: Database) {
  const found = (rest: string, values: unknown[]): Promise<FactorReset[]> =>
    preparedQuery<FactorReset>(db, `${RESET} ${rest}`, values);

  return {
    /** Keeps one that waits until its instant, and returns its number. */
    async add(reset: NewReset): Promise<number> {
      const [row] = await db('factor_resets')
        .insert({
          account_id: reset.accountId,
          organism_id: reset.organismId,
          asked_by: reset.askedById,
          asked_at: reset.askedAt,
          reason: reset.reason,
          effective_at: reset.effectiveAt,
        })
        .returning('id');
      return row.id;
    },

    /** @throws Error for one that is not there: rows are never deleted. */
    async get(id: number): Promise<FactorReset> {
      const [reset] = await found('WHERE r.id = $1', [id]);
      if (!reset) throw new Error(`no reset of a second factor has the number ${id}`);
      return reset;
    },

    /** The one that waits for this account, or undefined. */
    findWaiting: async (accountId: number): Promise<FactorReset | undefined> =>
      (await found(`WHERE r.account_id = $1 AND r.state = 'waiting'`, [accountId]))[0],

    /** Those that wait and that these people asked for. */
    waitingAskedBy: (askerIds: readonly number[]): Promise<FactorReset[]> =>
      found(`WHERE r.asked_by = ANY($1::bigint[]) AND r.state = 'waiting' ORDER BY r.id`, [askerIds]),

    /** The reset behind a link that is not used up, or undefined. Looking does not use it up. */
    findByLink: async (hash: string, now: Date): Promise<FactorReset | undefined> =>
      (await preparedQuery<FactorReset>(db, BY_LINK, [hash, now]))[0],

    /** Those of this account, asked since an instant, that « Ce n'est pas moi » may still answer; the first first. */
    askedSince: (accountId: number, instant: Date): Promise<FactorReset[]> =>
      found(`WHERE r.account_id = $1 AND r.asked_at >= $2 AND r.state IN ('waiting', 'done') ORDER BY r.id`, [
        accountId,
        instant,
      ]),

    /** Those of this account that were done before that one, the last first. */
    doneBefore: (accountId: number, id: number): Promise<FactorReset[]> =>
      found(`WHERE r.account_id = $1 AND r.id < $2 AND r.state = 'done' ORDER BY r.id DESC`, [accountId, id]),

    /** The numbers of those whose instant has come, the oldest first. */
    due: (now: Date): Promise<number[]> =>
      db('factor_resets')
        .where({ state: 'waiting' })
        .where('effective_at', '<=', now)
        .orderBy(['effective_at', 'id'])
        .pluck('id'),

    /** Ends those that wait for these people, whose numbers it returns: one each at most. */
    endOf: (accountIds: readonly number[], at: Date): Promise<number[]> =>
      db('factor_resets')
        .whereRaw(`account_id = ANY(?::bigint[]) AND state = 'waiting'`, [[...accountIds]])
        .update({ state: 'ended', ended_at: at })
        .returning('account_id')
        .then((rows: { account_id: number }[]) => rows.map(({ account_id }) => account_id)),

    /** Writes what became of one that waits; false where something had already. */
    end: async (id: number, state: Exclude<ResetState, 'waiting'>, at: Date): Promise<boolean> =>
      (await db('factor_resets').where({ id, state: 'waiting' }).update({ state, ended_at: at })) === 1,

    /** Its person has answered that it is not theirs: neither this one nor any after it has effect any more. */
    async stopFrom(accountId: number, id: number, at: Date): Promise<void> {
      await db('factor_resets')
        .where({ account_id: accountId })
        .where('id', '>=', id)
        .whereIn('state', ['waiting', 'done'])
        .update({ state: 'stopped', ended_at: at });
    },
  };
}
