import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import type { PlannedKind, PlannedTerms } from '../domain/planned-act.ts';

/** An act to come, with what it is about. */
export type PlannedAct = {
  [K in PlannedKind]: {
    id: number;
    kind: K;
    terms: PlannedTerms[K];
    /** In Paris, 'YYYY-MM-DD'. */
    effectiveOn: string;
    accountId: number | null;
    organismId: number;
    askedBy: number | null;
    byUcanss: boolean;
  };
}[PlannedKind];

export type NewPlannedAct = { [K in PlannedKind]: Omit<PlannedAct & { kind: K }, 'id'> }[PlannedKind];

const COLUMNS = `id, kind, terms, effective_on AS "effectiveOn", account_id AS "accountId", organism_id AS "organismId",
  asked_by AS "askedBy", by_ucanss AS "byUcanss"`;

const DUE = `SELECT id, kind, account_id AS "accountId" FROM planned_acts
  WHERE state = 'planned' AND effective_on <= $1 ORDER BY effective_on, id LIMIT $2`;
const MOST_AT_ONCE = 10_000;

const ADD = `
  INSERT INTO planned_acts (kind, effective_on, account_id, organism_id, terms, asked_by, asked_at, by_ucanss)
  SELECT kind, "effectiveOn", "accountId", "organismId", terms, "askedBy", $2, "byUcanss"
  FROM jsonb_to_recordset($1::jsonb) AS act (kind text, "effectiveOn" date, "accountId" bigint, "organismId" int,
    terms jsonb, "askedBy" bigint, "byUcanss" boolean)`;

const END_NOMINATIONS = `
  UPDATE planned_acts SET state = 'ended', ended_at = $2
  WHERE state = 'planned' AND kind = 'nomination' AND (terms ->> 'lineId')::bigint = ANY($1::bigint[])
  RETURNING ${COLUMNS}`;

/** What is to be done on a day, and what became of it: rows are ended, never deleted (P7). */
export function plannedActRepository(db: Database) {
  const found = (where: string, values: unknown[], lock = ''): Promise<PlannedAct[]> =>
    preparedQuery<PlannedAct>(
      db,
      `SELECT ${COLUMNS} FROM planned_acts WHERE state = 'planned' AND ${where} ORDER BY id ${lock}`,
      values,
    );
  const locked = (where: string, values: unknown[]) => found(where, values, 'FOR UPDATE');

  return {
    /** Adds acts to come, as many as there are. */
    add: (acts: readonly NewPlannedAct[], at: Date): Promise<unknown> =>
      preparedQuery(db, ADD, [JSON.stringify(acts), at]),

    /** Nominations of these lines are not to come any more; returns those that were. */
    endNominations: (lineIds: readonly number[], at: Date): Promise<PlannedAct[]> =>
      preparedQuery<PlannedAct>(db, END_NOMINATIONS, [lineIds, at]),

    /** Those that are due by this day, with whom each is about, the oldest first; the rest follows an hour later. */
    due: (today: string): Promise<{ id: number; kind: PlannedKind; accountId: number | null }[]> =>
      preparedQuery(db, DUE, [today, MOST_AT_ONCE]),

    /** The act, while it is to come, locked; or undefined. */
    lock: async (id: number): Promise<PlannedAct | undefined> => (await locked('id = $1', [id]))[0],

    /** Those to come about these people, but nominations, which are of no organism's making; locked. */
    lockOf: (accountIds: readonly number[]): Promise<PlannedAct[]> =>
      locked(`account_id = ANY($1::bigint[]) AND kind <> 'nomination'`, [accountIds]),

    /** Delegations to come that these people asked for, locked. */
    lockDelegationsAskedBy: (askerIds: readonly number[]): Promise<PlannedAct[]> =>
      locked(`asked_by = ANY($1::bigint[]) AND kind = 'delegation'`, [askerIds]),

    /** Writes what became of it. */
    async end(id: number, state: 'done' | 'cancelled' | 'ended', at: Date): Promise<void> {
      await db('planned_acts').where({ id, state: 'planned' }).update({ state, ended_at: at });
    },

    /** What is to come of this kind for a person, in an organism: one at most; or undefined. */
    findOf: async (
      kind: 'departure' | 'delegation',
      accountId: number,
      organismId: number,
    ): Promise<PlannedAct | undefined> =>
      (await found('kind = $1 AND account_id = $2 AND organism_id = $3', [kind, accountId, organismId]))[0],

    /** The act while it is to come, of this organism (null: any); undefined for any other (P5). */
    findManaged: async (id: number, organismId: number | null): Promise<PlannedAct | undefined> =>
      (await found('id = $1 AND ($2::integer IS NULL OR organism_id = $2)', [id, organismId]))[0],
  };
}
