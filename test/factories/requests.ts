import type { Database } from '../../src/database/knex.ts';
import type { AccountRow } from './accounts.ts';
import { organismOf } from './organisms.ts';
import { next, SOME_DAY } from './sequence.ts';

interface RequestFields {
  /** Whose role request it is; none: an account request from a stranger. */
  account?: AccountRow;
  /** Code of the role asked for, with `account`. */
  role?: string;
  /** Code of the organism of an account request; CAF-391 unless told. */
  organism?: string;
  /** Any column of requests. */
  [column: string]: unknown;
}

/** A pending request, and its number. A decided one needs its columns (status, decided_at, decided_by…). */
export async function createRequest(db: Database, fields: RequestFields = {}): Promise<number> {
  const { account, role = 'energie-lecteur', organism = 'CAF-391', ...columns } = fields;
  const [request] = await db('requests')
    .insert({
      status: 'pending',
      reason: 'Nouvelle mission',
      created_at: SOME_DAY,
      submitted_at: SOME_DAY,
      ...(account ? await askedFor(db, account, role) : await askedByStranger(db, organism)),
      ...columns,
    })
    .returning('id');
  return request.id;
}

async function askedFor(db: Database, account: AccountRow, role: string) {
  const { id, email, last_name, first_name, organism_id } = account;
  const found = await db('roles').first('id').where({ code: role });
  if (!found) throw new Error(`no role has the code ${role}`);
  return {
    kind: 'role',
    role_id: found.id,
    account_id: id,
    requested_by: id,
    organism_id,
    email,
    last_name,
    first_name,
  };
}

async function askedByStranger(db: Database, code: string) {
  const number = next();
  const { id } = await organismOf(db, code);
  return {
    kind: 'account',
    organism_id: id,
    email: `demande.${number}@test.fr`,
    last_name: `DEMANDE${number}`,
    first_name: 'Claude',
    function_title: 'Gestionnaire',
  };
}
