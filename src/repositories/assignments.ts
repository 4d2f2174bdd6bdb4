import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import { HOLDS } from '../database/sql.ts';
import type { Role } from '../domain/role.ts';

/** What a grant writes besides whom it is for. */
interface Grant {
  role: Pick<Role, 'id' | 'kind'>;
  /** Of « Administrateur local » only. */
  organismId: number | null;
  grantedAt: Date;
  grantedBy: number | null;
  reason: string;
  /** Inclusive, 'YYYY-MM-DD', or null. */
  endsOn: string | null;
  requestId: number | null;
  /** The right that each person's takes the place of, where it comes back. */
  restoredFrom?: ReadonlyMap<number, number>;
}

/** Who ends an assignment, when, why. */
export interface Ending {
  endedAt: Date;
  endedBy: number | null;
  kind: 'removed' | 'expired' | 'attached_elsewhere';
  reason: string;
}

/** A live assignment, as acts need it. */
export interface LiveAssignment {
  id: number;
  accountId: number;
  roleId: number;
  organismId: number | null;
  endsOn: string | null;
  inheritedFrom: number | null;
}

const LIVE = {
  id: 'id',
  accountId: 'account_id',
  roleId: 'role_id',
  organismId: 'organism_id',
  endsOn: 'ends_on',
  inheritedFrom: 'inherited_from',
};

const GRANT = `
  INSERT INTO assignments (account_id, role_id, role_kind, organism_id, granted_at, granted_by, grant_reason, ends_on,
    request_id, restored_from, inherited_from)
  SELECT given.account_id, $2, $3, $4, $5, $6, $7, $8, $9, former, inherited_from
  FROM unnest($1::bigint[], $10::bigint[]) AS given (account_id, former) LEFT JOIN assignments ON id = former
  ON CONFLICT (account_id, role_id, organism_id) WHERE ended_at IS NULL DO NOTHING
  RETURNING id, account_id AS "accountId"`;

const MARK_INHERITED = `
  UPDATE assignments SET inherited_from = "formerId"
  FROM jsonb_to_recordset($1::jsonb) AS person (id bigint, "formerId" int)
  WHERE account_id = person.id AND ended_at IS NULL AND role_kind = 'ordinary'`;

const LABELS = `
  SELECT account_id AS "accountId", array_agg(
    roles.label || CASE WHEN organisms.name IS NULL THEN '' ELSE ' (' || organisms.name || ')' END
    ORDER BY applications.position, roles.position, organisms.name) AS labels
  FROM assignments JOIN roles ON roles.id = role_id JOIN applications ON applications.id = application_id
  LEFT JOIN organisms ON organisms.id = organism_id
  WHERE account_id = ANY($1::bigint[]) AND ${HOLDS('assignments', '$2')} GROUP BY account_id`;

/** Who holds which role: rows are added and ended, never deleted (P7). */
export function assignmentRepository(db: Database) {
  const live = () => db('assignments').whereNull('ended_at');

  return {
    /** The live assignments of a person, those past their end date included until the job has ended them. */
    async liveOf(accountId: number): Promise<LiveAssignment[]> {
      return live().select(LIVE).where({ account_id: accountId }).orderBy('id');
    },

    /** The same of delegations alone, of several people. */
    delegationsOf: (accountIds: readonly number[]): Promise<LiveAssignment[]> =>
      live()
        .select(LIVE)
        .where({ role_kind: 'local_administrator' })
        .whereRaw('account_id = ANY(?::bigint[])', [[...accountIds]]),

    /** The right that a person has by one role on a day ('YYYY-MM-DD' in Paris, P8), or undefined. */
    async findHeld(accountId: number, roleId: number, day: string): Promise<LiveAssignment | undefined> {
      const held = db('assignments').first(LIVE).where({ account_id: accountId, role_id: roleId });
      return held.whereRaw(HOLDS('assignments', '?'), [day]);
    },

    /** What these people hold on a day ('YYYY-MM-DD' in Paris, P8), by name, whether their account is active or not. */
    async heldBy(accountIds: readonly number[], day: string): Promise<Map<number, string[]>> {
      const rows = await preparedQuery<{ accountId: number; labels: string[] }>(db, LABELS, [
        accountIds,
        day,
      ]);
      return new Map(rows.map(({ accountId, labels }) => [accountId, labels]));
    },

    /** Locks and returns the live assignments of one right, among these people. */
    async lockLive(
      accountIds: readonly number[],
      { role, organismId }: Pick<Grant, 'role' | 'organismId'>,
    ): Promise<LiveAssignment[]> {
      return live()
        .select(LIVE)
        .where({ role_id: role.id, organism_id: organismId })
        .whereRaw('account_id = ANY(?::bigint[])', [[...accountIds]])
        .orderBy('account_id')
        .forUpdate();
    },

    /** Grants a role to people; returns the rights of those who did not hold it yet. What is held stays as it is. */
    async grant(
      accountIds: readonly number[],
      grant: Grant,
    ): Promise<Pick<LiveAssignment, 'id' | 'accountId'>[]> {
      const { role, organismId, grantedAt, grantedBy, reason, endsOn, requestId, restoredFrom } = grant;
      const former = accountIds.map((id) => restoredFrom?.get(id) ?? null);
      const terms = [role.id, role.kind, organismId, grantedAt, grantedBy, reason, endsOn, requestId];
      return preparedQuery(db, GRANT, [accountIds, ...terms, former]);
    },

    /** Ends live assignments; returns those that were still live. */
    async end(ids: readonly number[], ending: Ending): Promise<LiveAssignment[]> {
      return live()
        .whereRaw('id = ANY(?::bigint[])', [[...ids]])
        .update({
          ended_at: ending.endedAt,
          ended_by: ending.endedBy,
          end_kind: ending.kind,
          end_reason: ending.reason,
        })
        .returning(
          Object.entries(LIVE).map(([alias, column]) => db.raw('?? AS ??', [column, alias])),
        ) as never;
    },

    /** Gives a live assignment an inclusive end date, or takes it away. */
    async setEnd(id: number, endsOn: string | null): Promise<void> {
      await live().where({ id }).update({ ends_on: endsOn });
    },

    /** Marks the rights that a person brings from a former organism « à revoir » (R63). */
    markInherited: (from: readonly { id: number; formerId: number }[]): Promise<unknown> =>
      preparedQuery(db, MARK_INHERITED, [JSON.stringify(from)]),

    /** Someone looked at an inherited right and keeps it (R63). */
    async confirm(id: number): Promise<boolean> {
      return (
        (await live().where({ id }).whereNotNull('inherited_from').update({ inherited_from: null })) === 1
      );
    },
  };
}
