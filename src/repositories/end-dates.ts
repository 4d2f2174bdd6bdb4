import type { Database } from '../database/knex.ts';
import type { Role } from '../domain/role.ts';

/** A right with an end date, as the nightly jobs look at it. */
export interface DatedAssignment {
  id: number;
  accountId: number;
  roleId: number;
  roleLabel: string;
  roleKind: Role['kind'];
  /** The organism that a delegation is for, else the person's own. */
  organismId: number;
  organismName: string;
  endsOn: string;
}

/** A right that ends soon, with whom to tell. */
interface EndingAssignment extends DatedAssignment {
  email: string;
  firstName: string;
  lastName: string;
}

const RIGHT = {
  id: 's.id',
  accountId: 's.account_id',
  roleId: 's.role_id',
  roleLabel: 'r.label',
  roleKind: 's.role_kind',
  organismId: 'o.id',
  organismName: 'o.name',
  endsOn: 's.ends_on',
};

/** Live rights that have an end date: inclusive, a day in Paris (P8). */
export function endDateRepository(db: Database) {
  const rights = () =>
    db('assignments AS s')
      .join('roles AS r', 'r.id', 's.role_id')
      .join('accounts AS a', 'a.id', 's.account_id')
      .joinRaw('JOIN organisms AS o ON o.id = coalesce(s.organism_id, a.organism_id)')
      .whereNull('s.ended_at');

  return {
    /** People who hold a right past its end date, at most so many. */
    async holdersOfExpired(today: string, limit: number): Promise<number[]> {
      return db('assignments')
        .distinct('account_id')
        .whereNull('ended_at')
        .where('ends_on', '<', today)
        .orderBy('account_id')
        .limit(limit)
        .pluck('account_id');
    },

    /** Locks and returns the rights of these people, already locked, that are past their end date. */
    async lockExpired(accountIds: readonly number[], today: string): Promise<DatedAssignment[]> {
      return rights()
        .select(RIGHT)
        .whereRaw('s.account_id = ANY(?::bigint[])', [[...accountIds]])
        .where('s.ends_on', '<', today)
        .orderBy('s.id')
        .forUpdate('s');
    },

    /**
     * Rights of active people whose last day lies between two days, both included, and that were given for more than
     * so many days.
     */
    async endingBetween(first: string, last: string, days: number): Promise<EndingAssignment[]> {
      return rights()
        .select({ ...RIGHT, email: 'a.email', firstName: 'a.first_name', lastName: 'a.last_name' })
        .whereBetween('s.ends_on', [first, last])
        .whereRaw(`(s.granted_at AT TIME ZONE 'Europe/Paris')::date < s.ends_on - ?::int`, [days])
        .where('a.active', true)
        .orderBy('s.id');
    },
  };
}
