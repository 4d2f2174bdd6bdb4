import { GRANTED, REMOVED } from '../people/reasons.ts';
import { fraction, inSlices, officeHours, oneOf, PRESENT, type Progress, slot, type Trx } from './draw.ts';
import type { Plan } from './plan.ts';

const KEY = 'account.id * 1000 + role.id';
const GRANTER = `nullif(organism.administrators[
  1 + mod(${slot(KEY, 'granter')}, nullif(cardinality(organism.administrators), 0))], account.id)`;
// Most roles come with the post: the power keeps later grants, which the trail tells, to about two an account.
const GRANTED_AT = officeHours(
  `account.created_at + (${PRESENT} - account.created_at) * power(${fraction(KEY, 'granted')}, 4)`,
  KEY,
  'account.created_at',
);
const ENDS_ON = `CASE WHEN role.kind = 'ordinary' AND ${fraction(KEY, 'ends')} < 0.05
  THEN date '2027-01-01' + mod(${slot(KEY, 'ended')}, 24) * 30 END`;
const COLUMNS = `account_id, role_id, role_kind, organism_id, granted_at, granted_by, grant_reason, request_id, ends_on,
  ended_at, ended_by, end_kind, end_reason`;

/** Inserts the assignments that role_ids already tells, then for one account in four a former one. */
export async function insertAssignments(trx: Trx, plan: Plan, progress: Progress): Promise<void> {
  const slice = `account.id BETWEEN ${plan.base} + 1 + ?::bigint AND ${plan.base} + 1 + ?::bigint`;
  const live = `
    INSERT INTO assignments (${COLUMNS})
    SELECT account.id, role.id, role.kind, CASE WHEN role.kind = 'local_administrator' THEN account.organism_id END,
      coalesce(request.decided_at, ${GRANTED_AT}),
      CASE WHEN role.kind = 'ordinary' THEN coalesce(request.decided_by, ${GRANTER}) END,
      coalesce(request.reason, ${oneOf(GRANTED, KEY, 'reason')}), request.id, ${ENDS_ON},
      NULL, NULL, NULL, NULL
    FROM accounts AS account
    JOIN population_organisms AS organism ON organism.id = account.organism_id
    CROSS JOIN LATERAL unnest(account.role_ids) AS held(role_id)
    JOIN roles AS role ON role.id = held.role_id
    LEFT JOIN requests AS request
      ON request.account_id = account.id AND request.role_id = role.id AND request.status = 'accepted'
    WHERE ${slice}
    ORDER BY account.id, role.id`;
  const former = `
    INSERT INTO assignments (${COLUMNS})
    SELECT account.id, role.id, role.kind, NULL, given.at, ${GRANTER}, ${oneOf(GRANTED, KEY, 'reason')}, NULL, NULL,
      given.at + (${PRESENT} - given.at) * ${fraction(KEY, 'ended')}, ${GRANTER}, 'removed',
      ${oneOf(REMOVED, KEY, 'ended')}
    FROM accounts AS account
    JOIN population_organisms AS organism ON organism.id = account.organism_id
    JOIN population_role_sets AS role_set ON role_set.slot = ${slot('account.id', 'former')}
    JOIN roles AS role ON role.id = role_set.role_ids[1]
    CROSS JOIN LATERAL (SELECT ${GRANTED_AT} AS at) AS given
    WHERE ${slice} AND ${fraction('account.id', 'former')} < 0.25
    ORDER BY account.id`;
  const work = async (first: number, last: number) => {
    await trx.raw(live, [first, last]);
    await trx.raw(former, [first, last]);
  };
  await inSlices(plan.accounts, work, progress);
}
