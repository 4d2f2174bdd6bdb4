import type { Database } from '../../database/knex.ts';
import { ordered, StatementValues, where } from '../../database/sql.ts';
import { requestLabel } from '../../domain/request.ts';
import { holdsWords, searchable, searchWords } from '../../domain/search.ts';
import { concerns, forUcanss, RESERVED } from '../request-deciders.ts';
import type { Snapshot, SnapshotSource } from '../snapshot.ts';
import { type Counted, ENOUGH, MOST_COUNTED, toCounted } from './counted.ts';
import { plannedQuery, type StreamOptions, streamRows } from './query.ts';
import { type RequestRow, requestLines } from './request-rows.ts';
import { holdsWord } from './words.ts';

export type ListedStatus = 'pending' | 'accepted' | 'refused';
export type RequestSort =
  | 'date'
  | 'nom'
  | 'prenom'
  | 'email'
  | 'fonction'
  | 'organisme'
  | 'role'
  | 'decision';
/** Whom requests wait for: the reader, Ucanss, or local administrators; '' for anybody. */
export type AwaitedDecider = '' | 'moi' | 'ucanss' | 'administrateur-local';

export interface RequestFilter {
  status: ListedStatus;
  /** null: every organism. */
  organismId: number | null;
  /** « Rechercher »: words looked for in every element of the list (R26). */
  words: string;
  /** Of those that wait: submitted before this day, 'YYYY-MM-DD' in Paris. */
  submittedBefore?: string | null;
  decider?: { who: AwaitedDecider; reader: RequestReader; today: string };
  sort: RequestSort;
  direction: 'asc' | 'desc';
}

/** Who looks at a list, as far as what they can decide there depends on it; an auditor decides nothing. */
export interface RequestReader {
  id: number;
  decides: 'local' | 'ucanss' | 'nothing';
}

/** A request as a search tells it. */
export type FoundRequest = Pick<
  RequestRow,
  'id' | 'kind' | 'lastName' | 'firstName' | 'organismId' | 'roleId' | 'submittedAt'
>;

interface RequestPage {
  rows: RequestRow[];
  /** Exact, unless `atLeast`: then there are more than this. */
  total: number;
  atLeast: boolean;
}

// Every order ends on something unique. Those of one organism are orders of an index.
const ORDERS: Record<RequestSort, readonly string[]> = {
  date: ['submitted_at', 'requests.id'],
  nom: ['requests.last_key', 'requests.first_key', 'requests.id'],
  prenom: ['requests.first_key', 'requests.last_key', 'requests.id'],
  email: ['requests.email COLLATE "C"', 'requests.id'],
  fonction: ['requests.function_key', 'requests.last_key', 'requests.id'],
  organisme: ['organisms.name_key', 'requests.last_key', 'requests.id'],
  role: ['place_of_role', 'requests.last_key', 'requests.id'],
  decision: ['decided_at', 'requests.id'],
};

/** The read model of « Demandes d'habilitations : En cours », « Accepté », « Refus » (R15-R26). */
export function requestList(db: Database, snapshot: SnapshotSource) {
  return {
    /** One page, from 1; `today` is the day in Paris on which the rights shown hold (P8). */
    async page(
      filter: RequestFilter,
      { page, size, today }: { page: number; size: number; today: string },
    ): Promise<RequestPage> {
      const values = new StatementValues();
      const current = await snapshot.current();
      const conditions = conditionsOf(filter, current, values);
      const window = { size, offset: (page - 1) * size };
      const read = (part: Window) => placed(filter, conditions, current, values, part);
      // What words match is looked for once, for the page and for the count, as far as one counts.
      const searched = filter.words.trim() !== '' && window.offset + size < MOST_COUNTED;
      const ctes = searched
        ? `found AS MATERIALIZED (${read({ size: ENOUGH, offset: 0 })}),
           page AS (SELECT * FROM found WHERE place > ${values.add(window.offset)} ORDER BY place LIMIT ${size}),
           counted AS (SELECT count(*) AS total FROM found)`
        : `page AS (${read(window)}), counted AS (
             SELECT count(*) AS total FROM (SELECT FROM requests ${conditions} LIMIT ${ENOUGH}) AS first_rows
           )`;
      const text = `
        WITH ${ctes}
        SELECT counted.total, line.* FROM counted LEFT JOIN (${requestLines('page', today, values, filter.status === 'pending')}) AS line ON true
        ORDER BY place`;
      const found = await plannedQuery<RequestRow & { total: number; id: number | null }>(
        db,
        text,
        values.list,
      );
      return { rows: found.filter(({ id }) => id !== null), ...toCounted(found[0]?.total ?? 0) };
    },

    /** The first ones, as a search tells them; to plan a whole line would take longer than to find it. */
    async found(filter: RequestFilter, size: number): Promise<Counted & { rows: FoundRequest[] }> {
      const values = new StatementValues();
      const current = await snapshot.current();
      const conditions = conditionsOf(filter, current, values);
      const all = placed(filter, conditions, current, values, { size: ENOUGH, offset: 0 });
      const text = `
        WITH found AS MATERIALIZED (${all})
        SELECT counted.total, r.id, r.kind, r.last_name AS "lastName", r.first_name AS "firstName", r.organism_id AS "organismId",
          r.role_id AS "roleId", r.submitted_at AS "submittedAt"
        FROM (SELECT count(*) AS total FROM found) AS counted
          LEFT JOIN (found JOIN requests r USING (id)) ON place <= ${size} ORDER BY place`;
      const lines = await plannedQuery<FoundRequest & { total: number; id: number | null }>(
        db,
        text,
        values.list,
      );
      return { rows: lines.filter(({ id }) => id !== null), ...toCounted(lines[0]?.total ?? 0) };
    },

    /** Every request that the filter selects, in its order, in batches: for an export. */
    async *stream(filter: RequestFilter, { today, ...options }: StreamOptions & { today: string }) {
      const values = new StatementValues();
      const current = await snapshot.current();
      const conditions = conditionsOf(filter, current, values);
      const people = `(${placed(filter, conditions, current, values)}) AS page`;
      const text = `${requestLines(people, today, values, false)} ORDER BY place`;
      yield* streamRows<RequestRow>(db, text, values.list, options);
    },

    /** When the oldest that the filter selects was submitted; null for none. */
    async oldest(filter: RequestFilter): Promise<Date | null> {
      const values = new StatementValues();
      const conditions = conditionsOf(filter, await snapshot.current(), values);
      const text = `SELECT submitted_at AS at FROM requests ${conditions} ORDER BY submitted_at LIMIT 1`;
      const [row] = await plannedQuery<{ at: Date }>(db, text, values.list);
      return row?.at ?? null;
    },

    /** When a request of this list was last decided, to say so where none is pending; null for never. */
    async lastDecision(organismId: number | null): Promise<Date | null> {
      const last = await db('requests')
        .max({ at: 'decided_at' })
        .whereIn('status', ['accepted', 'refused'])
        .modify((query) => organismId !== null && query.where({ organism_id: organismId }))
        .first();
      return last?.at ?? null;
    },
  };
}

function conditionsOf(filter: RequestFilter, snapshot: Snapshot, values: StatementValues): string {
  const conditions = [`status = ${values.add(filter.status)}`];
  if (filter.organismId !== null) conditions.push(`requests.organism_id = ${values.add(filter.organismId)}`);
  if (filter.submittedBefore)
    conditions.push(
      `submitted_at < ${values.add(filter.submittedBefore)}::date::timestamp AT TIME ZONE 'Europe/Paris'`,
    );
  if (filter.decider) conditions.push(...awaited(filter.decider, values));
  for (const word of searchWords(filter.words)) {
    const matching = (items: Iterable<{ id: number; key: string }>) =>
      [...items].filter(({ key }) => holdsWords(key, [word])).map(({ id }) => id);
    const roles = matching(snapshot.roles.values());
    const organisms = matching(snapshot.organisms.values());
    // A word of the name of the organism shown narrows nothing; those of others are not there.
    if (filter.organismId !== null && organisms.includes(filter.organismId)) continue;
    const parts = [holdsWord('requests.search_key', word, values)];
    if (roles.length > 0) parts.push(`role_id = ANY(${values.add(roles)})`);
    if (filter.organismId === null && organisms.length > 0)
      parts.push(`requests.organism_id = ANY(${values.add(organisms)})`);
    for (const kind of WITHOUT_ROLE) {
      if (holdsWords(searchable(requestLabel(kind, null)), [word])) parts.push(`requests.kind = '${kind}'`);
    }
    conditions.push(`(${parts.join(' OR ')})`);
  }
  return where(conditions);
}

/** Those that wait for somebody; for the reader, those that they can decide and that wait for no one else first. */
function awaited(
  { who, reader, today }: NonNullable<RequestFilter['decider']>,
  values: StatementValues,
): string[] {
  if (who === '') return [];
  if (who === 'moi') {
    if (reader.decides === 'nothing') return ['false'];
    const own = `NOT ${concerns(`${values.add(reader.id)}::bigint`)}`;
    return [own, reader.decides === 'local' ? `NOT ${RESERVED}` : forUcanss(values.add(today))];
  }
  const ucanss = forUcanss(values.add(today));
  return [who === 'ucanss' ? ucanss : `NOT ${ucanss}`];
}

/** The part of a list that a page shows. */
interface Window {
  size: number;
  offset: number;
}

/** The identifiers of a list in its order, with their place; a window leaves the others out before they are sorted. */
function placed(
  filter: RequestFilter,
  conditions: string,
  snapshot: Snapshot,
  values: StatementValues,
  window?: Window,
): string {
  const { organismId } = filter;
  // In one organism, to sort by organism is to sort by name.
  const sort = filter.sort === 'organisme' && organismId !== null ? 'nom' : filter.sort;
  const [, ...inRole] = ORDERS[sort];
  const from = () => {
    if (sort === 'organisme')
      return `requests JOIN organisms ON organisms.id = requests.organism_id ${conditions}`;
    if (sort !== 'role') return `requests ${conditions}`;
    const roles = byLabel(snapshot, values);
    if (organismId === null || !window)
      return `requests JOIN ${roles} ON labelled_role = ${ROLE_OR_NONE} ${conditions}`;
    // An index has the first requests of each role: no others need to be sorted.
    return `${roles} CROSS JOIN LATERAL (
      SELECT id, last_key FROM requests ${conditions} AND ${ROLE_OR_NONE} = labelled_role
      ORDER BY ${ordered(inRole, filter.direction)} LIMIT ${values.add(window.offset + window.size)}
    ) AS requests`;
  };
  const cut = window ? `LIMIT ${window.size} OFFSET ${values.add(window.offset)}` : '';
  const sorted = `SELECT requests.id FROM ${from()} ORDER BY ${ordered(ORDERS[sort], filter.direction)} ${cut}`;
  return `SELECT id, row_number() OVER () AS place FROM (${sorted}) AS sorted`;
}

const WITHOUT_ROLE = ['account', 'address', 'correction'] as const;
/** Stands for the role of requests that have a label and no role (R18); migrations/20261205000200 has the same. */
const ROLE_OR_NONE = `coalesce(role_id, CASE requests.kind WHEN 'address' THEN -1 WHEN 'correction' THEN -2 ELSE 0 END)`;
const NUMBERS: Record<(typeof WITHOUT_ROLE)[number], number> = { account: 0, address: -1, correction: -2 };
const french = new Intl.Collator('fr');

const byLabel = (snapshot: Snapshot, values: StatementValues) =>
  `unnest(${values.add(rolesByLabel(snapshot))}::integer[]) WITH ORDINALITY AS labelled (labelled_role, place_of_role)`;

/** Roles in the order of their labels: to compare places is quicker than to compare labels, row after row. */
function rolesByLabel({ roles }: Snapshot): number[] {
  const others = WITHOUT_ROLE.map((kind) => ({ id: NUMBERS[kind], label: requestLabel(kind, null) }));
  return [...roles.values(), ...others]
    .sort((one, other) => french.compare(one.label, other.label))
    .map(({ id }) => id);
}
