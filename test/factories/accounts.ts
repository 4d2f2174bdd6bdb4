import type { Database } from '../../src/database/knex.ts';
import { hashPassword } from '../../src/security/passwords.ts';
import { organismOf } from './organisms.ts';
import { next, SOME_DAY } from './sequence.ts';

export interface AccountRow {
  id: number;
  email: string;
  last_name: string;
  first_name: string;
  organism_id: number;
}

interface AccountFields {
  /** Code or identifier of the home organism; CAF-391 unless told. */
  organism?: string | number;
  /** Without it nobody can sign in. */
  password?: string;
  /** Any column of accounts. */
  [column: string]: unknown;
}

/** An active account, which holds nothing. `active: false` fills what goes with it. Needs the reference data. */
export async function createAccount(db: Database, fields: AccountFields = {}): Promise<AccountRow> {
  const { organism = 'CAF-391', password, ...columns } = fields;
  const number = next();
  const inactive = columns.active === false;
  const [account] = await db('accounts')
    .insert({
      email: `personne.${number}@test.fr`,
      last_name: `PERSONNE${number}`,
      first_name: 'Camille',
      function_title: 'Gestionnaire',
      organism_id: typeof organism === 'number' ? organism : (await organismOf(db, organism)).id,
      organism_since: SOME_DAY,
      created_at: SOME_DAY,
      ...(inactive ? { deactivated_at: SOME_DAY, deactivation_reason: 'Départ' } : {}),
      ...columns,
    })
    .returning(['id', 'email', 'last_name', 'first_name', 'organism_id']);
  if (password !== undefined) {
    await db('credentials').insert({
      account_id: account.id,
      password_hash: await hashPassword(password),
      changed_at: SOME_DAY,
    });
  }
  return account;
}

/** The account with this e-mail. */
export async function accountOf(db: Database, email: string): Promise<AccountRow> {
  const account = await db('accounts')
    .first('id', 'email', 'last_name', 'first_name', 'organism_id')
    .where({ email });
  if (!account) throw new Error(`no account has the address ${email}`);
  return account;
}
