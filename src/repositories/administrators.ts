import type { Database } from '../database/knex.ts';

/** What the first account of a real server is made of. */
export interface NewAdministrator {
  email: string;
  lastName: string;
  firstName: string;
  organismId: number;
  createdAt: Date;
}

/** Accounts made by the command « admin:create », before anybody can sign in. */
export function administratorRepository(db: Database) {
  return {
    /** Adds an active account without password; undefined where the e-mail has one. */
    async add({
      email,
      lastName,
      firstName,
      organismId,
      createdAt,
    }: NewAdministrator): Promise<number | undefined> {
      const rows: { id: number }[] = await db('accounts')
        .insert({
          email,
          last_name: lastName,
          first_name: firstName,
          organism_id: organismId,
          organism_since: createdAt,
          created_at: createdAt,
        })
        .onConflict('email')
        .ignore()
        .returning('id');
      return rows[0]?.id;
    },
  };
}
