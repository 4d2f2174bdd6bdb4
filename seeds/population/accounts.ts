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
  const { accounts, base, stride, starts } = plan;
  await trx.raw(`SELECT setval('accounts_id_seq', ?)`, [base + accounts]);
  const statement = `
    WITH numbered AS (
      SELECT ${base} + 1 + number AS id, mod(number * ${stride}::bigint, ${accounts}) AS place
      FROM generate_series(?::bigint, ?::bigint) AS number
    ), housed AS (
      SELECT numbered.id, organism.id AS organism_id, organism.domain, organism.phone AS phone_prefix,
             organism.administrators, numbered.id = ANY(organism.administrators) AS administers,
             numbered.id <> ALL(organism.administrators) AND ${fraction('numbered.id', 'executive')} < 0.013 AS executive
      FROM numbered
      JOIN population_organisms AS organism
        ON organism.number = width_bucket(place, ARRAY[${starts.join(',')}]::bigint[])
    ), dated AS (
      SELECT housed.*, CASE
          WHEN administers THEN ${officeHours(`${PRESENT} - interval '11 years'`, 'id', "timestamptz '2000-01-01'")}
          ELSE ${officeHours(`${PRESENT} - (1 + 3650 * ${fraction('id', 'created')}) * interval '1 day'`, 'id', "timestamptz '2000-01-01'")}
        END AS created_at,
        NOT administers AND ${fraction('id', 'active')} < 0.04 AS gone
      FROM housed
    ), told AS (
      SELECT dated.*, CASE WHEN gone THEN
          ${officeHours(`greatest(created_at, ${TRAIL_START}) + (${PRESENT} - greatest(created_at, ${TRAIL_START})) * ${fraction('id', 'deactivated')}`, 'id', 'created_at')}
        END AS deactivated_at,
        administrators[1 + mod(${slot('id', 'granter')}, nullif(cardinality(administrators), 0))] AS granter
      FROM dated
    )
    INSERT INTO accounts (id, email, civility, last_name, first_name, function_title, phone, organism_id,
      organism_since, is_executive, active, deactivated_at, deactivated_by, deactivation_reason, created_at,
      created_by, last_sign_in_at, role_ids)
    OVERRIDING SYSTEM VALUE
    SELECT told.id,
      first_name.mail || '.' || last_name.mail || '.' || told.id || '@' || domain,
      first_name.civility,
      last_name.name || CASE WHEN ${fraction('told.id', 'compound')} < 0.05 THEN '-' || second_name.name ELSE '' END,
      first_name.name,
      CASE first_name.civility WHEN 'M.' THEN man ELSE woman END,
      phone_prefix || to_char(mod(${slot('told.id', 'phone')} * 31 + told.id, 10000), 'FM" "00" "00'),
      organism_id, created_at, executive, NOT gone,
      deactivated_at,
      CASE WHEN gone THEN granter END,
      CASE WHEN gone THEN ${oneOf(LEFT, 'told.id', 'reason')} END,
      created_at,
      nullif(granter, told.id),
      CASE WHEN NOT gone AND ${fraction('told.id', 'signedIn')} < 0.8 THEN
        greatest(created_at, ${PRESENT} - power(${fraction('told.id', 'signedIn')}, 3) * interval '400 days') END,
      CASE WHEN administers THEN ARRAY(
          SELECT role_id FROM unnest(role_set.role_ids || administrator.id) AS role_id ORDER BY role_id)
        ELSE role_set.role_ids END
    FROM told
    JOIN population_last_names AS last_name ON last_name.slot = ${slot('told.id', 'lastName')}
    JOIN population_last_names AS second_name ON second_name.slot = ${slot('told.id', 'secondName')}
    JOIN population_first_names AS first_name ON first_name.slot = ${slot('told.id', 'firstName')}
    JOIN population_functions AS post ON post.slot = CASE
      WHEN executive THEN ${SLOTS} + mod(${slot('told.id', 'functionTitle')}, 4) ELSE ${slot('told.id', 'functionTitle')} END
    JOIN population_role_sets AS role_set ON role_set.slot = ${slot('told.id', 'roles')}
    JOIN roles AS administrator ON administrator.kind = 'local_administrator'
    ORDER BY told.id`;
  await inSlices(accounts, (first, last) => trx.raw(statement, [first, last]), progress);
}
