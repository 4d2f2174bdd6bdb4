import type { Database } from '../../database/knex.ts';
import { ordered, StatementValues, where } from '../../database/sql.ts';
import { ENOUGH, toCounted } from './counted.ts';
import { plannedQuery, type StreamOptions, streamRows } from './query.ts';

/** What narrows the trail. Null narrows nothing. */
export interface EventFilter {
  /** Any of these people; an empty list matches nobody. */
  subjectIds: readonly number[] | null;
  /** Beside these people, the first steps of these account requests, made before there was an account. */
  requestIds?: readonly number[];
  organismId: number | null;
  actorIds: readonly number[] | null;
  /** Acts to keep; empty for all. */
  actions: readonly string[];
  /** Acts to leave out. */
  except?: readonly string[];
  /** True where a page has one line for all that a batch did alike: the first event, with how many there are. */
  folded?: boolean;
  /** « Rechercher »: what an event is to have one of. Null narrows nothing. */
  named: NamedInEvents | null;
  /** 'desc': the latest first. */
  direction: 'asc' | 'desc';
  /** First and last day, inclusive, 'YYYY-MM-DD' in Paris. */
  from: string | null;
  to: string | null;
}

/** Whom the event is about, or who acted; roles; and acts. */
interface NamedInEvents {
  peopleIds: readonly number[];
  roleIds: readonly number[];
  actions: readonly string[];
}

/** An event with the names it is told with. */
export interface EventRow {
  id: number;
  occurredAt: Date;
  actorKind: 'account' | 'anonymous' | 'job';
  /** « Prénom NOM »; null for a visitor or a job. */
  actor: string | null;
  actorJob: string | null;
  action: string;
  organismId: number | null;
  organism: string | null;
  subjectId: number | null;
  subject: string | null;
  /** « Prénom NOM » of the request that the event is about, once its address is confirmed (F1). */
  requester: string | null;
  role: string | null;
  batchId: number | null;
  /** How many events of its batch it stands for, where those are folded. */
  batchSize?: number;
  details: Record<string, unknown>;
}

/** An event with everything that the trail keeps of it. */
export interface WholeEvent extends EventRow {
  roleCode: string | null;
  requestId: number | null;
  /** Where the person is today: the event may be of before they left. */
  subjectOrganismId: number | null;
  previousHash: string;
  hash: string;
}

/** In order of time; of one instant, in the order in which they were recorded. */
const orderOf = ({ direction }: EventFilter): string =>
  `ORDER BY ${ordered(['occurred_at', 'id'], direction)}`;

/** The trail as « Historique du compte » and « Journal » read it. */
export function eventList(db: Database) {
  return {
    /** One page, from 1. The total is exact up to 1,000: past it, `atLeast`. */
    async page(filter: EventFilter, { page, size }: { page: number; size: number }) {
      const values = new StatementValues();
      const offset = (page - 1) * size;
      const order = orderOf(filter);
      const read = (sorted: string, rows: number) => eventsFrom(filter, values, sorted, rows);
      const text = `
        WITH keys AS (
          SELECT id, occurred_at FROM ${read(order, offset + size)} ${order} LIMIT ${size} OFFSET ${values.add(offset)}
        ), page AS (
          SELECT audit_events.* FROM keys JOIN audit_events USING (id, occurred_at)
        ), counted AS (
          SELECT count(*) AS total FROM (SELECT FROM ${read('', ENOUGH)} LIMIT ${ENOUGH}) AS first_rows
        )
        SELECT counted.total, line.* FROM counted
        LEFT JOIN (${lines('page', filter.folded ? BATCH_SIZE : '')}) AS line ON true
        ${order.replace('occurred_at', '"occurredAt"')}`;
      const found = await plannedQuery<EventRow & { total: number; id: number | null }>(
        db,
        text,
        values.list,
      );
      return {
        rows: found.filter((row): row is EventRow & { total: number } => row.id !== null),
        ...toCounted(found[0]?.total ?? 0),
      };
    },

    /**
     * One event by its number; undefined for none, or one that is of another organism than `organismId` (P5).
     * Null: of any organism, or none.
     */
    async find(id: number, organismId: number | null): Promise<WholeEvent | undefined> {
      const values = new StatementValues();
      const among = organismId === null ? '' : `AND organism_id = ${values.add(organismId)}`;
      const text = lines(
        `(SELECT * FROM audit_events WHERE id = ${values.add(id)} ${among})`,
        `, page.request_id AS "requestId", (SELECT code FROM roles WHERE roles.id = page.role_id) AS "roleCode",
          (SELECT organism_id FROM accounts WHERE accounts.id = page.subject_account_id) AS "subjectOrganismId",
          page.previous_hash AS "previousHash", page.hash`,
      );
      return (await plannedQuery<WholeEvent>(db, text, values.list))[0];
    },

    /** Every event that the filter selects, in batches, for an export. Nothing is folded there. */
    async *stream(asked: EventFilter, options: StreamOptions): AsyncGenerator<EventRow[]> {
      const filter = { ...asked, folded: false };
      const values = new StatementValues();
      const order = orderOf(filter);
      const events = `(SELECT * FROM audit_events ${conditionsOf(filter, values)} ${order})`;
      const text = `${lines(events)} ${order}`;
      yield* streamRows<EventRow>(db, text, values.list, options);
    },
  };
}

/** The others that one batch did alike, of one role: in the same transaction, and so at the same instant. */
const alike = (event: string) => `audit_events AS other
  WHERE other.batch_id = ${event}.batch_id AND other.action = ${event}.action AND other.occurred_at = ${event}.occurred_at
    AND other.role_id IS NOT DISTINCT FROM ${event}.role_id`;

const FIRST_OF_BATCH = `(batch_id IS NULL OR NOT EXISTS (SELECT FROM ${alike('audit_events')} AND other.id < audit_events.id))`;

const BATCH_SIZE = `,
  CASE WHEN batch_id IS NOT NULL THEN (SELECT count(*) FROM ${alike('page')}) END AS "batchSize"`;

/** Events found by one of these values of a column. */
interface Arm {
  column: 'subject_account_id' | 'actor_account_id' | 'role_id' | 'action';
  wanted: readonly (number | string)[];
}

const TYPES: Record<Arm['column'], string> = {
  subject_account_id: 'bigint',
  actor_account_id: 'bigint',
  role_id: 'integer',
  action: 'text',
};

/**
 * Where the first `rows` events of a filter in this order are read, as a FROM item with its WHERE clause. Of several
 * people or acts, the first of each are read from the index that they have, however many others there are. One act of
 * one organism has an index of its own, which finds fewer than people who did thousands of others.
 */
function eventsFrom(filter: EventFilter, values: StatementValues, order: string, rows: number): string {
  const { arms, rest } = armsOf(filter);
  const isOneAct = filter.organismId !== null && filter.actions.length === 1;
  if (arms.length === 0 || isOneAct || (filter.requestIds ?? []).length > 0)
    return `audit_events ${conditionsOf(filter, values)}`;
  const found = arms.map(({ column, wanted }) => {
    // No other index serves « … IS TRUE »: it would be read once a person. An act of an organism has an index of its own.
    const organismId = column === 'action' ? rest.organismId : null;
    const conditions = [
      ...[`${column} = wanted`, ...periodConditions(rest, values)],
      ...(organismId === null ? [] : [`organism_id = ${values.add(organismId)}`]),
      ...criteriaConditions(organismId === null ? rest : { ...rest, organismId: null }, values).map(
        (condition) => `(${condition}) IS TRUE`,
      ),
    ];
    return `SELECT id, occurred_at FROM unnest(${values.add([...wanted])}::${TYPES[column]}[]) AS wanted CROSS JOIN LATERAL (
      SELECT id, occurred_at FROM audit_events ${where(conditions)} ${order} LIMIT ${rows}
    ) AS theirs`;
  });
  // An event about one of these people and by another counts once.
  return `(${found.join(' UNION ')}) AS found`;
}

/** What leads to few events, and what they are still to be tested for. */
function armsOf(filter: EventFilter): { arms: Arm[]; rest: EventFilter } {
  const { subjectIds, actorIds, named, actions } = filter;
  if (subjectIds !== null && subjectIds.length <= (actorIds ?? subjectIds).length)
    return {
      arms: [{ column: 'subject_account_id', wanted: subjectIds }],
      rest: { ...filter, subjectIds: null },
    };
  if (actorIds !== null)
    return { arms: [{ column: 'actor_account_id', wanted: actorIds }], rest: { ...filter, actorIds: null } };
  if (named === null) {
    if (actions.length < 2) return { arms: [], rest: filter };
    return { arms: [{ column: 'action', wanted: actions }], rest: { ...filter, actions: [] } };
  }
  const arms: Arm[] = [
    { column: 'subject_account_id', wanted: named.peopleIds },
    { column: 'actor_account_id', wanted: named.peopleIds },
    { column: 'role_id', wanted: named.roleIds },
    { column: 'action', wanted: named.actions },
  ];
  return { arms, rest: { ...filter, named: null } };
}

const conditionsOf = (filter: EventFilter, values: StatementValues): string =>
  where([...criteriaConditions(filter, values), ...periodConditions(filter, values)]);

function criteriaConditions(filter: EventFilter, values: StatementValues): string[] {
  const conditions: string[] = [];
  const among = (column: string, ids: readonly number[] | null) => {
    if (ids !== null) conditions.push(`${column} = ANY(${values.add([...ids])}::bigint[])`);
  };
  if (filter.subjectIds !== null && filter.requestIds && filter.requestIds.length > 0) {
    conditions.push(
      `(subject_account_id = ANY(${values.add([...filter.subjectIds])}::bigint[])
        OR request_id = ANY(${values.add([...filter.requestIds])}::bigint[])
        AND action IN ('request.submitted', 'request.confirmed'))`,
    );
  } else among('subject_account_id', filter.subjectIds);
  among('actor_account_id', filter.actorIds);
  if (filter.named !== null) {
    const people = `ANY(${values.add([...filter.named.peopleIds])}::bigint[])`;
    const roles = `ANY(${values.add([...filter.named.roleIds])}::integer[])`;
    const actions = `ANY(${values.add([...filter.named.actions])}::text[])`;
    conditions.push(
      `(subject_account_id = ${people} OR actor_account_id = ${people} OR role_id = ${roles} OR action = ${actions})`,
    );
  }
  if (filter.organismId !== null) conditions.push(`organism_id = ${values.add(filter.organismId)}`);
  // One act is compared as one: of a list, even of one, an index would not be known to give the order.
  const [action, ...others] = filter.actions;
  if (others.length > 0) conditions.push(`action = ANY(${values.add([...filter.actions])})`);
  else if (action !== undefined) conditions.push(`action = ${values.add(action)}`);
  if (filter.folded) conditions.push(FIRST_OF_BATCH);
  if (filter.except) conditions.push(`action <> ALL(${values.add([...filter.except])})`);
  return conditions;
}

/** Compared as instants, so that only the partitions of the period are read. */
function periodConditions(filter: EventFilter, values: StatementValues): string[] {
  const conditions: string[] = [];
  if (filter.from !== null) {
    conditions.push(`occurred_at >= ${values.add(filter.from)}::timestamp AT TIME ZONE 'Europe/Paris'`);
  }
  if (filter.to !== null) {
    conditions.push(
      `occurred_at < (${values.add(filter.to)}::date + 1)::timestamp AT TIME ZONE 'Europe/Paris'`,
    );
  }
  return conditions;
}

/**
 * Events with the names they are told with; `more`: further columns. Names are looked up line by line: a join might be
 * read in another order, and millions of events then be sorted before the first.
 */
function lines(page: string, more = ''): string {
  const nameOf = (account: string) =>
    `(SELECT first_name || ' ' || last_name FROM accounts WHERE accounts.id = page.${account})`;
  return `
    SELECT page.id, page.occurred_at AS "occurredAt", page.actor_kind AS "actorKind",
      ${nameOf('actor_account_id')} AS actor, page.actor_job AS "actorJob", page.action,
      page.organism_id AS "organismId", (SELECT name FROM organisms WHERE organisms.id = page.organism_id) AS organism,
      page.subject_account_id AS "subjectId", ${nameOf('subject_account_id')} AS subject,
      (SELECT label FROM roles WHERE roles.id = page.role_id) AS role,
      (SELECT first_name || ' ' || last_name FROM requests
       WHERE requests.id = page.request_id AND status <> 'unconfirmed') AS requester,
      page.batch_id AS "batchId", page.details${more}
    FROM ${page} AS page`;
}
