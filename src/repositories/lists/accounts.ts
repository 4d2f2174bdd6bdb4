import type { Database } from '../../database/knex.ts';
import { endsSoon, StatementValues, where } from '../../database/sql.ts';
import type { PersonRights } from '../../domain/acting-upon.ts';
import { searchWords } from '../../domain/search.ts';
import { departureOf, LEAVES_ON } from '../departures.ts';
import { assignmentsHeld } from '../person-rights.ts';
import { roleHolderRepository } from '../role-holders.ts';
import type { Snapshot } from '../snapshot.ts';
import { type Counted, countedUpTo } from './counted.ts';
import { listedPeople, toTotal } from './listed-people.ts';
import { type Direction, isRightSort, orderBy, type PersonOrder, sortedFrom } from './person-order.ts';
import { type PersonSearch, partCondition, personSearch } from './person-search.ts';
import { plannedQuery, type StreamOptions, streamRows } from './query.ts';
import { keyHolds } from './words.ts';

/** Most people shown of other organisms. */
const MOST_OUTSIDE = 50;

/** What « Gestion des comptes » is asked for (R27-R36). */
export interface AccountFilter {
  /** null: every organism. */
  organismId: number | null;
  lastName: string;
  firstName: string;
  /** « Rechercher ». */
  words: string;
  /** « Rôle sélectionné » and « Personnes ayant le rôle »; null for « Aucun ». */
  role: { id: number; held: boolean } | null;
  active: boolean;
  /** « Avec ADD »: false leaves executives out. */
  executives: boolean;
  /** Whose rights alone: « à revoir » (R63), or that end within 30 days; everybody's unless told. */
  rights?: 'a-revoir' | 'fin-proche' | null;
  /** Who never signed in, or not for 90 days; everybody unless told. */
  signedIn?: 'jamais' | 'plus-de-90-jours' | null;
}

export interface AccountOrder {
  sort: 'nom' | 'email' | 'organisme' | 'connexion' | 'depuis' | 'par' | 'jusquau';
  direction: Direction;
}

/** A line of « Gestion des comptes » (R37), with what tells whether one may act upon the person (P9). */
export interface AccountRow extends PersonRights {
  lastName: string;
  firstName: string;
  email: string;
  phone: string;
  organismId: number;
  isExecutive: boolean;
  active: boolean;
  closedByUcanss: boolean;
  /** Some of their rights come from a former organism, and nobody has looked at them yet (R63). */
  toReview: boolean;
  lastSignInAt: Date | null;
  /** The day of a departure that is planned (R76); null for none. */
  leavesOn: string | null;
  /** Of « Rôle sélectionné », where they have it: since when, by whom, until when. */
  grantedAt: Date | null;
  grantedBy: string | null;
  endsOn: string | null;
}

export interface AccountPage {
  /** Empty beyond the last page. */
  rows: AccountRow[];
  /** Exact, unless `atLeast`: then there are more than this. */
  total: number;
  atLeast: boolean;
}

/** What people of other organisms may be searched by (P5): another criterion is not, until it is named here. */
type OutsideCriteria = Pick<AccountFilter, 'lastName' | 'firstName' | 'words' | 'active' | 'executives'>;
export type OutsideFilter = OutsideCriteria & AccountOrder & { organismId: number };

type Condition = (values: StatementValues, indexed: boolean) => string;

/** Of an account: some of its rights are « à revoir » (R63). */
const TO_REVIEW = `accounts.id IN (SELECT account_id FROM assignments WHERE inherited_from IS NOT NULL AND ended_at IS NULL)`;

const LINE = `page.*, last_name AS "lastName", first_name AS "firstName", email, phone, accounts.organism_id AS "organismId",
  is_executive AS "isExecutive", active, closed_by_ucanss AS "closedByUcanss", last_sign_in_at AS "lastSignInAt"`;

/** The right of each line that « Rôle sélectionné » is about, as a FROM item; nothing where none is. */
const rightOf = (role: AccountFilter['role']): string => `LEFT JOIN LATERAL (
    SELECT s.granted_at AS "grantedAt", g.first_name || ' ' || upper(g.last_name) AS "grantedBy", s.ends_on AS "endsOn"
    FROM assignments s LEFT JOIN accounts g ON g.id = s.granted_by
    WHERE s.account_id = accounts.id AND s.role_id = ${role?.held ? Number(role.id) : 'NULL'} AND s.ended_at IS NULL
  ) AS chosen ON true`;

/** Their lines, for whoever has `page` (id, and the keys of its order). `today` is a placeholder. */
const linesOf = (role: AccountFilter['role'], page: string, today: string): string => `
  SELECT ${LINE}, chosen.*, national, administers, ${TO_REVIEW} AS "toReview", ${LEAVES_ON} AS "leavesOn"
  FROM ${page} JOIN accounts USING (id) CROSS JOIN LATERAL ${assignmentsHeld('accounts.id', today)} AS held
    ${rightOf(role)} ${departureOf('accounts')}`;

/** The read model of « Gestion des comptes » (R27-R37). `today` is the day in Paris on which rights hold (P8). */
export function accountList(db: Database) {
  const read = async (
    order: PersonOrder,
    search: PersonSearch,
    { today, role, ...window }: { limit: number; offset: number; today: string; role: AccountFilter['role'] },
  ): Promise<AccountPage> => {
    const values = new StatementValues();
    const listed = await listedPeople(db, order, search, window, values);
    const text = `WITH ${listed.ctes}, lines AS (${linesOf(role, 'page', values.add(today))})
      SELECT total, lines.* FROM counted LEFT JOIN lines ON true ORDER BY ${listed.order}`;
    const lines = await plannedQuery<AccountRow & { total: number; id: number | null }>(
      db,
      text,
      values.list,
    );
    return { rows: lines.filter(({ id }) => id !== null), ...toTotal(lines[0]?.total ?? 0, order) };
  };

  const searchOf = async (filter: AccountFilter, today: string, snapshot: Snapshot): Promise<PersonSearch> =>
    withConditions(
      personSearch({ organismId: filter.organismId, name: '', words: filter.words }, snapshot),
      filter,
      await conditionsOf(db, filter, today),
    );

  return {
    /** One page, from 1. */
    async page(
      filter: AccountFilter & AccountOrder,
      { page, size, today, snapshot }: { page: number; size: number; today: string; snapshot: Snapshot },
    ): Promise<AccountPage> {
      const search = await searchOf(filter, today, snapshot);
      const { role } = filter;
      const order = orderOf(everywhere(filter) ? { ...filter, sort: 'nom' } : filter);
      return read(order, search, { limit: size, offset: (page - 1) * size, today, role });
    },

    /** How many the filter selects, as far as one counts. */
    async count(filter: AccountFilter, today: string, snapshot: Snapshot): Promise<Counted> {
      const search = await searchOf(filter, today, snapshot);
      const values = new StatementValues();
      const conditions = where(search.conditions(values));
      return countedUpTo(db, `accounts ${conditions}`, values);
    },

    /** Everyone that the filter selects, in its order, in batches: for a file. */
    async *stream(
      filter: AccountFilter & AccountOrder,
      { today, signal, batch }: StreamOptions & { today: string },
      snapshot: Snapshot,
    ): AsyncGenerator<AccountRow[]> {
      const order = orderOf(filter);
      const search = await searchOf(filter, today, snapshot);
      const values = new StatementValues();
      const people = `(${sortedFrom(order, where(search.conditions(values)))} ORDER BY ${orderBy(order)}) AS page`;
      const text = `${linesOf(filter.role, people, values.add(today))} ORDER BY ${orderBy(order)}`;
      yield* streamRows<AccountRow>(db, text, values.list, { signal, batch });
    },

    /** Everyone that the filter selects, in the order of their identifiers: for « Tout » (R45, R46). */
    async identifiers(filter: AccountFilter, today: string, snapshot: Snapshot): Promise<number[]> {
      const search = await searchOf(filter, today, snapshot);
      const values = new StatementValues();
      const text = `SELECT id FROM accounts ${where(search.conditions(values))} ORDER BY id`;
      return (await plannedQuery<{ id: number }>(db, text, values.list)).map(({ id }) => id);
    },

    /**
     * The first people of other organisms, by name (R33, R57). Nothing is searched there but names and addresses:
     * what somebody holds elsewhere is not to be found out (P5).
     */
    async outside(filter: OutsideFilter, today: string): Promise<AccountPage> {
      const conditions: Condition[] = [
        (values) => `organism_id <> ${values.add(filter.organismId)}`,
        ...searchWords(filter.words).map(
          (word): Condition =>
            (values, indexed) =>
              partCondition(word, 'namesOrAddress', indexed, values),
        ),
        ...fieldConditions(filter),
      ];
      // Nor in what order they signed in.
      const sort = filter.sort === 'email' || filter.sort === 'organisme' ? filter.sort : 'nom';
      const elsewhere = { ...filter, sort, organismId: null } as const;
      const search = withConditions(NOTHING, elsewhere, conditions);
      return read(elsewhere, search, { limit: MOST_OUTSIDE, offset: 0, today, role: null });
    },
  };
}

const NOTHING: PersonSearch = { everyone: true, amongFew: false, conditions: () => [] };

/** A search narrowed further. The planner uses an index only where `indexed` says so: none serves « … IS TRUE ». */
function withConditions(
  search: PersonSearch,
  { organismId, active, rights }: Pick<AccountFilter, 'organismId' | 'active' | 'rights'>,
  more: Condition[],
): PersonSearch {
  const inOrganism = organismId !== null;
  return {
    everyone: false,
    amongFew: inOrganism || !active || Boolean(rights),
    conditions(values, indexed) {
      const own = search.conditions(values, indexed);
      const before = own.length - (inOrganism ? 1 : 0);
      const others = more.map((condition, index) => {
        if (indexed === undefined) return condition(values, false);
        return indexed[before + index] ? condition(values, true) : `(${condition(values, false)}) IS TRUE`;
      });
      return [...own, ...others];
    },
  };
}

async function conditionsOf(db: Database, filter: AccountFilter, today: string): Promise<Condition[]> {
  const conditions = fieldConditions(filter);
  if (filter.rights === 'a-revoir') conditions.push(() => TO_REVIEW);
  if (filter.rights === 'fin-proche') conditions.push((values) => hasOneEnding(values.add(today)));
  if (filter.signedIn === 'jamais') conditions.push(() => 'last_sign_in_at IS NULL');
  if (filter.signedIn === 'plus-de-90-jours')
    conditions.push((values) => `last_sign_in_at < ${values.add(today)}::date - 90`);
  if (filter.role === null) return conditions;
  const { id, held } = filter.role;
  // The read model still counts a right that is over until the job has written its end: rare, so taken apart.
  const expired = await roleHolderRepository(db, id).expired(today);
  return [...conditions, (values) => roleCondition(values, id, held, expired)];
}

/** Of an account: a right of theirs ends within 30 days. */
const hasOneEnding = (today: string): string => `accounts.id IN (SELECT account_id FROM assignments
  WHERE ended_at IS NULL AND ${endsSoon('assignments', today)})`;

/** Over every organism a page does not sort all that a role is given: no index has its order. */
const everywhere = ({ organismId, sort }: AccountFilter & AccountOrder): boolean =>
  organismId === null && isRightSort(sort);

/** An order that only the rights of a role have is that of names where none is chosen, or where they do not have it. */
const orderOf = ({ organismId, sort, direction, role }: AccountFilter & AccountOrder): PersonOrder => ({
  organismId,
  sort,
  direction,
  roleId: role?.held ? role.id : undefined,
});

/** « Nom », « Prénom », « Compte », « Avec ADD » (R28, R34, R35). */
function fieldConditions(filter: OutsideCriteria): Condition[] {
  const firstNames = searchWords(filter.firstName).map(
    (word): Condition =>
      (values, indexed) =>
        partCondition(word, 'firstName', indexed, values),
  );
  return [
    ...nameConditions(searchWords(filter.lastName)),
    ...firstNames,
    () => (filter.active ? 'active' : 'NOT active'),
    ...(filter.executives ? [] : [() => 'NOT is_executive']),
  ];
}

/** « Nom »: each word in « NOM Prénom », in any order, as it is pasted (R10); but a first name alone is no last name. */
function nameConditions(words: readonly string[]): Condition[] {
  return words.map((word, index) => (values, indexed) => {
    if (words.length === 1) return partCondition(word, 'lastName', indexed, values);
    const condition = partCondition(word, 'names', indexed, values);
    if (index > 0) return condition;
    const inLastName = words.map((each) => keyHolds('search_key', each, 'lastName', values));
    return `${condition} AND (${inLastName.join(' OR ')})`;
  });
}

function roleCondition(values: StatementValues, id: number, held: boolean, expired: string[]): string {
  const listed = `role_ids && ARRAY[${values.add(id)}::integer]`;
  if (expired.length === 0) return held ? listed : `NOT (${listed})`;
  const over = `email = ANY(${values.add(expired)}::text[])`;
  return held ? `(${listed} AND NOT ${over})` : `(NOT (${listed}) OR ${over})`;
}
