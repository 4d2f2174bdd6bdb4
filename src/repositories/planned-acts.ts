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

const ADD_NOMINATIONS = `
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
  const locked = async (where: string, values: unknown[]): Promise<PlannedAct[]> =>
    preparedQuery<PlannedAct>(
      db,
      `SELECT ${COLUMNS} FROM planned_acts WHERE state = 'planned' AND ${where} ORDER BY id FOR UPDATE`,
      values,
    );

  return {
    async add(act: NewPlannedAct, at: Date): Promise<number> {
      const [row] = await db('planned_acts')
        .insert({
          kind: act.kind,
          effective_on: act.effectiveOn,
          account_id: act.accountId,
          organism_id: act.organismId,
          terms: JSON.stringify(act.terms),
          asked_by: act.askedBy,
          asked_at: at,
          by_ucanss: act.byUcanss,
        })
        .returning('id');
      return row.id;
    },

    /** Adds nominations to come, as many as there are. */
    addNominations: (acts: readonly (NewPlannedAct & { kind: 'nomination' })[], at: Date): Promise<unknown> =>
      preparedQuery(db, ADD_NOMINATIONS, [JSON.stringify(acts), at]),

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

    /** The departure to come of a person, or undefined. */
    async findDeparture(accountId: number): Promise<(PlannedAct & { kind: 'departure' }) | undefined> {
      const [found] = await preparedQuery<PlannedAct & { kind: 'departure' }>(
        db,
        `SELECT ${COLUMNS} FROM planned_acts WHERE state = 'planned' AND kind = 'departure' AND account_id = $1`,
        [accountId],
      );
      return found;
    },

    /** The delegation to come of a person for an organism, or undefined. */
    async findDelegation(accountId: number, organismId: number): Promise<PlannedAct | undefined> {
      const [found] = await preparedQuery<PlannedAct>(
        db,
        `SELECT ${COLUMNS} FROM planned_acts
         WHERE state = 'planned' AND kind = 'delegation' AND account_id = $1 AND organism_id = $2`,
        [accountId, organismId],
      );
      return found;
    },

    /** The act while it is to come, of this organism (null: any); undefined for any other (P5). */
    async findManaged(id: number, organismId: number | null): Promise<PlannedAct | undefined> {
      const [found] = await preparedQuery<PlannedAct>(
        db,
        `SELECT ${COLUMNS} FROM planned_acts
         WHERE state = 'planned' AND id = $1 AND ($2::integer IS NULL OR organism_id = $2)`,
        [id, organismId],
      );
      return found;
    },
  };
}
