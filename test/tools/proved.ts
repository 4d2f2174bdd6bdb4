import type { Database } from '../../src/database/knex.ts';

const setProof = (db: Database, at: number, whose: number | null): Promise<unknown> =>
  db.raw(
    `UPDATE sessions SET sess = jsonb_set(sess::jsonb, '{provedAt}', to_jsonb(?::bigint))::json
     WHERE account_id = coalesce(?::bigint, account_id)`,
    [at, whose],
  );

/** Who is signed in has just shown who they are, however long the file lasts: nothing asks it of them again (R89). */
export const stayProved = (db: Database): Promise<unknown> => setProof(db, 9_000_000_000_000_000, null);

/** As if they had shown who they are long ago: this person, or whoever is signed in. */
export const forgetProofs = (db: Database, person?: { id: number }): Promise<unknown> =>
  setProof(db, 0, person?.id ?? null);
