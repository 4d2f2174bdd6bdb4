import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import { HOLDS } from '../database/sql.ts';
import type { BatchOutcome } from '../domain/batch.ts';
import type { Effect } from '../domain/undo.ts';

/** A line of a batch that can be undone, with what became of it; people and roles are told by their identifiers. */
export interface StoredEffect extends Omit<Effect, 'person' | 'role'> {
  id: number;
  accountId: number | null;
  roleId: number | null;
  requestId: number | null;
  assignmentId: number | null;
  /** Of the request, for whom no account was made. */
  lastName: string | null;
  firstName: string | null;
  email: string | null;
  organismName: string | null;
}

/** An event of another act than the batch, after it: at the same instant, batches follow their numbers. */
const LATER = `later.batch_id IS DISTINCT FROM effect.batch_id
  AND (later.occurred_at, coalesce(later.batch_id, 9223372036854775807)) > (done_at, effect.batch_id)`;

// The same right again, the same request waiting, and whether the account has changed since are asked where they matter:
// a batch has thousands of lines, almost all of one kind.
const READ = `
  SELECT effect.id, action, effect.account_id AS "accountId", effect.role_id AS "roleId",
    effect.request_id AS "requestId", assignment_id AS "assignmentId", effect.ends_on AS "givenUntil",
    requests.last_name AS "lastName", requests.first_name AS "firstName", requests.email,
    (SELECT name FROM organisms WHERE organisms.id = requests.organism_id) AS "organismName",
    CASE WHEN given.id IS NOT NULL THEN json_build_object(
      'organismId', given.organism_id, 'ended', given.ended_at IS NOT NULL, 'endsOn', given.ends_on,
      'followed', action LIKE '%.removed' AND EXISTS (
        SELECT FROM assignments AS newer WHERE newer.account_id = given.account_id AND newer.role_id = given.role_id
          AND newer.organism_id IS NOT DISTINCT FROM given.organism_id AND newer.id > given.id))
    END AS right,
    CASE WHEN requests.id IS NOT NULL THEN json_build_object('kind', kind, 'status', status) END AS request,
    CASE
      WHEN action IN ('assignment.removed', 'request.refused', 'request.cancelled') THEN EXISTS (
        SELECT FROM requests AS other WHERE other.status = 'pending'
          AND (other.account_id = effect.account_id AND other.role_id = effect.role_id AND other.kind = 'role'
            OR effect.account_id IS NULL AND other.email = requests.email AND other.kind = 'account'))
      ELSE false
    END AS waits,
    CASE
      WHEN action IN ('request.refused', 'request.cancelled') THEN EXISTS (
        SELECT FROM assignments AS held WHERE held.account_id = effect.account_id AND held.role_id = effect.role_id
          AND ${HOLDS('held', '$3')})
      ELSE false
    END AS held,
    previous,
    CASE WHEN action = 'account.attached' THEN (
      SELECT json_build_object('id', id, 'name', name, 'closed', closed_at IS NOT NULL) FROM organisms
      WHERE organisms.id = (previous ->> 'organismId')::integer) END AS former,
    CASE
      WHEN action IN ('account.nominated', 'account.office_ended') THEN EXISTS (
        SELECT FROM audit_events AS later WHERE later.subject_account_id = effect.account_id
          AND later.action IN ('account.nominated', 'account.office_ended', 'account.updated')
          AND ${LATER})
      WHEN action IN ('account.deactivated', 'account.reactivated') THEN EXISTS (
        SELECT FROM audit_events AS later WHERE later.subject_account_id = effect.account_id
          AND later.action IN ('account.deactivated', 'account.reactivated')
          AND ${LATER})
      WHEN action = 'account.attached' THEN EXISTS (
        SELECT FROM audit_events AS later WHERE later.subject_account_id = effect.account_id
          AND later.action = 'account.attached' AND ${LATER})
      WHEN action = 'account.created' THEN EXISTS (
        SELECT FROM credentials WHERE credentials.account_id = effect.account_id)
      WHEN effect.account_id IS NULL THEN EXISTS (SELECT FROM accounts WHERE accounts.email = requests.email)
      ELSE false
    END AS touched
  FROM batch_effects AS effect LEFT JOIN assignments AS given ON given.id = assignment_id
    LEFT JOIN requests ON requests.id = effect.request_id
  WHERE batch_id = $1 AND action = ANY($2) ORDER BY effect.id DESC`;

const MARK = `
  UPDATE batch_effects SET undone = outcome
  FROM unnest($1::bigint[], $2::text[]) AS line (effect_id, outcome) WHERE id = effect_id`;

/** What batches changed, line by line (R83). */
export function batchEffectRepository(db: Database) {
  return {
    /** What a batch changed by these acts, the last first, as it stands on a day ('YYYY-MM-DD' in Paris). */
    of: (batchId: number, actions: readonly string[], today: string): Promise<StoredEffect[]> =>
      preparedQuery<StoredEffect & { [column: string]: unknown }>(db, READ, [batchId, [...actions], today]),

    /** Whom a batch changed something for, in order. */
    async peopleOf(batchId: number): Promise<number[]> {
      const found = db('batch_effects').distinct('account_id').where({ batch_id: batchId });
      return found.whereNotNull('account_id').orderBy('account_id').pluck('account_id');
    },

    /** Writes what became of each line when its batch was undone. */
    async markUndone(outcomes: ReadonlyMap<number, BatchOutcome>): Promise<void> {
      await preparedQuery(db, MARK, [[...outcomes.keys()], [...outcomes.values()]]);
    },
  };
}
