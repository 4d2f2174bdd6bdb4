import type { Database } from '../../src/database/knex.ts';

/** Who is signed in has just shown who they are, however long the file lasts: nothing asks it of them again (R89). */
export const stayProved = (db: Database): Promise<unknown> =>
  db.raw(
    `UPDATE sessions SET sess = jsonb_set(sess::jsonb, '{provedAt}', '9000000000000000')::json WHERE account_id IS NOT NULL`,
  );
