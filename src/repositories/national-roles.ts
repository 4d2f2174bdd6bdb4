import type { Database } from '../database/knex.ts';
import { HOLDS } from '../database/sql.ts';
import type { LiveDelegation } from '../domain/delegation.ts';
import { NotFound } from '../domain/errors.ts';

/** The role of who administers the portal. */
export const NATIONAL_ADMINISTRATOR = 'administrateur-ucanss';

/** A national role that somebody holds, or held. */
interface NationalAssignment {
  id: number;
  accountId: number;
  roleId: number;
  roleLabel: string;
  /** Inclusive, 'YYYY-MM-DD', or null. */
  endsOn: string | null;
  ended: boolean;
}

/** Who holds « Administrateur Ucanss » and « Auditeur » (P3b). */
export function nationalRoleRepository(db: Database) {
  const national = () =>
    db('assignments AS s').join('roles AS r', 'r.id', 's.role_id').where({ 's.role_kind': 'national' });
  const AMONG = 's.account_id = ANY(?::bigint[])';

  return {
    /**
     * Locks who administers the portal, so that two acts on it are decided one after the other. Taken after the
     * locks on accounts and organisms, always in this order: no deadlock.
     */
    async lockAdministrators(): Promise<void> {
      await db.raw('SELECT id FROM roles WHERE code = ? FOR NO KEY UPDATE', [NATIONAL_ADMINISTRATOR]);
    },

    /** The active people who administer the portal on this day ('YYYY-MM-DD' in Paris, P8). */
    async administrators(today: string): Promise<LiveDelegation[]> {
      return national()
        .join('accounts AS a', 'a.id', 's.account_id')
        .select({ accountId: 's.account_id', endsOn: 's.ends_on' })
        .where({ 'r.code': NATIONAL_ADMINISTRATOR, 'a.active': true })
        .whereRaw(HOLDS('s', '?'), [today]);
    },

    /** Those of these people who administer the portal, whatever the end date. */
    async administratorsAmong(accountIds: readonly number[]): Promise<number[]> {
      return national()
        .where({ 'r.code': NATIONAL_ADMINISTRATOR })
        .whereNull('s.ended_at')
        .whereRaw(AMONG, [[...accountIds]])
        .orderBy('s.account_id')
        .pluck('s.account_id');
    },

    /** The labels of the national roles that each of these people holds on this day. */
    async heldBy(accountIds: readonly number[], today: string): Promise<Map<number, string[]>> {
      const rows: { accountId: number; label: string }[] = await national()
        .select({ accountId: 's.account_id', label: 'r.label' })
        .whereRaw(AMONG, [[...accountIds]])
        .whereRaw(HOLDS('s', '?'), [today])
        .orderBy('r.position');
      const held = new Map<number, string[]>();
      for (const { accountId, label } of rows) held.set(accountId, [...(held.get(accountId) ?? []), label]);
      return held;
    },

    /** @throws NotFound for anything that is not a national role given to somebody, be it over. */
    async get(assignmentId: number): Promise<NationalAssignment> {
      const found = await db('assignments AS s')
        .join('roles AS r', 'r.id', 's.role_id')
        .first({
          id: 's.id',
          accountId: 's.account_id',
          roleId: 's.role_id',
          roleLabel: 'r.label',
          endsOn: 's.ends_on',
          endedAt: 's.ended_at',
        })
        .where({ 's.id': assignmentId, 'r.kind': 'national' });
      if (!found) throw new NotFound();
      const { endedAt, ...assignment } = found;
      return { ...assignment, ended: endedAt !== null };
    },
  };
}
