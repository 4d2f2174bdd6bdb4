import type { Database } from '../../src/database/knex.ts';
import { organismOf } from './organisms.ts';
import { SOME_DAY } from './sequence.ts';

interface GrantFields {
  /** Code of the organism administered: for « administrateur-local » only. */
  organism?: string;
  /** Inclusive, 'YYYY-MM-DD'. */
  ends_on?: string;
  /** Any other column of assignments. */
  [column: string]: unknown;
}

/** Gives the role of that code to the account, and returns the number of the assignment. */
export async function grant(
  db: Database,
  account: { id: number },
  role: string,
  fields: GrantFields = {},
): Promise<number> {
  const { organism, ...columns } = fields;
  const found = await db('roles').first('id', 'kind').where({ code: role });
  if (!found) throw new Error(`no role has the code ${role}`);
  const [assignment] = await db('assignments')
    .insert({
      account_id: account.id,
      role_id: found.id,
      role_kind: found.kind,
      organism_id: organism === undefined ? null : (await organismOf(db, organism)).id,
      granted_at: SOME_DAY,
      ...columns,
    })
    .returning('id');
  return assignment.id;
}

/** Ends what `grant` gave, as a removal. */
export async function endAssignment(db: Database, id: number): Promise<void> {
  await db('assignments').where({ id }).update({ ended_at: SOME_DAY, end_kind: 'removed' });
}
