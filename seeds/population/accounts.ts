import { LEFT } from '../people/reasons.ts';
import {
  fraction,
  inSlices,
  officeHours,
  oneOf,
  PRESENT,
  type Progress,
  slot,
  TRAIL_START,
  type Trx,
} from './draw.ts';
import { type Plan, SLOTS } from './plan.ts';

/** Inserts the people, their role_ids filled beforehand: the assignments follow them. */
export async function insertAccounts(trx: Trx, plan: Plan, progress: Progress): Promise<void> {
  const { accounts, base } = plan;
  await trx.raw(`SELECT setval('accounts_id_seq', ?)`, [base + accounts]);
  const statement = `WITH ${lives(plan)} ${INSERT_PEOPLE}`;
  await inSlices(accounts, (first, last) => trx.raw(statement, [first, last]), progress);
}

// Local administrators were there before everyone else, whose accounts they create.
const OPENING = `${PRESENT} - interval '11 years' + interval '7 hours'`;
const CREATED = officeHours(
  `${PRESENT} - (1 + 3650 * ${fraction('id', 'created')}) * interval '1 day'`,
  'id',
  OPENING,
);
const TOLD_SINCE = `greatest(created_at, ${TRAIL_START})`;
const DEACTIVATED = officeHours(
  `${TOLD_SINCE} + (${PRESENT} - ${TOLD_SINCE}) * ${fraction('id', 'deactivated')}`,
  'id',
  'created_at',
);

/** What accounts of a slice are: whose home, whether they administer it, since when, and until when. */
function lives({ accounts, base, stride, starts }: Plan): string {
  return `
    numbered AS (
      SELECT ${base} + 1 + number AS id, mod(number * ${stride}::bigint, ${accounts}) AS place
      FROM generate_series(?::bigint, ?::bigint) AS number
    ),
    housed AS (
      SELECT numbered.id, organism.id AS organism_id, domain, phone AS phone_prefix, administrators,
        numbered.id = ANY(administrators) AS administers
      FROM numbered
      JOIN population_organisms AS organism
        ON organism.number = width_bucket(place, ARRAY[${starts.join(',')}]::bigint[])
    ),
    begun AS (
      SELECT housed.*, CASE WHEN administers THEN ${OPENING} ELSE ${CREATED} END AS created_at,
        NOT administers AND ${fraction('id', 'executive')} < 0.013 AS executive,
        administrators[1 + mod(${slot('id', 'granter')}, nullif(cardinality(administrators), 0))] AS granter
      FROM housed
    ),
    lived AS (
      SELECT begun.*,
        CASE WHEN NOT administers AND ${fraction('id', 'active')} < 0.04 THEN ${DEACTIVATED} END AS deactivated_at
      FROM begun
    )`;
}

const ROLE_IDS = `CASE
  WHEN administers
  THEN ARRAY(SELECT role_id FROM unnest(role_set.role_ids || delegation.id) AS role_id ORDER BY role_id)
  ELSE role_set.role_ids END`;
const LAST_SIGN_IN = `CASE
  WHEN deactivated_at IS NULL AND ${fraction('lived.id', 'signedIn')} < 0.8
  THEN greatest(created_at, ${PRESENT} - power(${fraction('lived.id', 'signedIn')}, 3) * interval '400 days') END`;

const INSERT_PEOPLE = `
  INSERT INTO accounts (id, email, civility, last_name, first_name, function_title, phone, organism_id,
    organism_since, is_executive, active, deactivated_at, deactivated_by, deactivation_reason, created_at, created_by,
    last_sign_in_at, role_ids)
  OVERRIDING SYSTEM VALUE
  SELECT lived.id,
    first_name.mail || '.' || last_name.mail || '.' || lived.id || '@' || domain,
    first_name.civility,
    last_name.name || CASE
      WHEN ${fraction('lived.id', 'compound')} < 0.05 AND second_name.name <> last_name.name
      THEN '-' || second_name.name ELSE '' END,
    first_name.name,
    CASE first_name.civility WHEN 'M.' THEN man ELSE woman END,
    phone_prefix || to_char(mod(${slot('lived.id', 'phone')} * 31 + lived.id, 10000), 'FM" "00" "00'),
    organism_id, created_at, executive, deactivated_at IS NULL, deactivated_at,
    CASE WHEN deactivated_at IS NOT NULL THEN granter END,
    CASE WHEN deactivated_at IS NOT NULL THEN ${oneOf(LEFT, 'lived.id', 'reason')} END,
    created_at,
    CASE WHEN NOT administers THEN granter END,
    ${LAST_SIGN_IN},
    ${ROLE_IDS}
  FROM lived
  JOIN population_last_names AS last_name ON last_name.slot = ${slot('lived.id', 'lastName')}
  JOIN population_last_names AS second_name ON second_name.slot = ${slot('lived.id', 'secondName')}
  JOIN population_first_names AS first_name ON first_name.slot = ${slot('lived.id', 'firstName')}
  JOIN population_functions AS post ON post.slot = CASE
    WHEN executive THEN ${SLOTS} + mod(${slot('lived.id', 'functionTitle')}, 4)
    ELSE ${slot('lived.id', 'functionTitle')} END
  JOIN population_role_sets AS role_set ON role_set.slot = ${slot('lived.id', 'roles')}
  JOIN roles AS delegation ON delegation.kind = 'local_administrator'
  ORDER BY lived.id`;
