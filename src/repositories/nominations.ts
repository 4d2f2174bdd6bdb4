import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import { NotFound } from '../domain/errors.ts';
import { type NominationLine, type NominationVerdict, TO_DO } from '../domain/nomination.ts';
import { purge } from './purge.ts';

/** A line as it was read: what cannot be is null, and `unreadable` says why. */
export interface ReadNomination extends Omit<NominationLine, 'act' | 'effectiveOn'> {
  /** In the file, from 1. */
  line: number;
  act: NominationLine['act'] | null;
  effectiveOn: string | null;
  unreadable: string | null;
}

/** A line that is kept, to be judged. */
export interface KeptNomination extends ReadNomination {
  id: number;
  importId: number;
  verdict: NominationVerdict;
}

/** What a line was found to be, or has come to. */
export interface NominationOutcome {
  id: number;
  verdict: NominationVerdict;
  fault: string;
  remark: string;
  accountId: number | null;
}

/** A line that administrators are told of. */
interface ToldNomination {
  accountId: number;
  /** The organism that they are in before it. */
  organismId: number;
  /** The one that they join; null where they stay. */
  joins: number | null;
  /** In which part of the file, from 0, it is done. */
  part: number;
}

export type SettledState = 'applied' | 'planned' | 'left';

export interface NominationImport {
  id: number;
  fileName: string;
  sha256: string;
  createdBy: number | null;
  createdAt: Date;
  state: 'compared' | 'applying' | 'applied';
  verdicts: Partial<Record<NominationVerdict, number>>;
  batchId: number | null;
  appliedAt: Date | null;
}

const IMPORT = {
  id: 'id',
  fileName: 'file_name',
  sha256: 'sha256',
  createdBy: 'created_by',
  createdAt: 'created_at',
  state: 'state',
  verdicts: 'verdicts',
  batchId: 'batch_id',
  appliedAt: 'applied_at',
};

const LINE = `id, import_id AS "importId", line, reference, act, effective_on AS "effectiveOn", civility,
  last_name AS "lastName", first_name AS "firstName", email, function_title AS "functionTitle",
  organism_code AS "organismCode", unreadable, verdict`;

const ADD_LINES = `
  INSERT INTO nomination_lines (import_id, line, reference, act, effective_on, civility, last_name, first_name, email,
    function_title, organism_code, unreadable, verdict, fault)
  SELECT $1, line, reference, act, "effectiveOn", civility, "lastName", "firstName", email, "functionTitle",
    "organismCode", unreadable, CASE WHEN unreadable IS NOT NULL THEN 'error' END, coalesce(unreadable, '')
  FROM jsonb_to_recordset($2::jsonb) AS read (line int, reference text, act text, "effectiveOn" date, civility text,
    "lastName" text, "firstName" text, email text, "functionTitle" text, "organismCode" text, unreadable text)`;

const SET_OUTCOMES = `
  UPDATE nomination_lines SET verdict = told.verdict, fault = told.fault, remark = told.remark,
    account_id = told."accountId"
  FROM jsonb_to_recordset($1::jsonb) AS told (id bigint, verdict text, fault text, remark text, "accountId" bigint)
  WHERE nomination_lines.id = told.id`;

const SETTLE = `
  UPDATE nomination_lines SET state = told.state, settled_at = $2, account_id = told."accountId", fault = told.fault
  FROM jsonb_to_recordset($1::jsonb) AS told (id bigint, state text, "accountId" bigint, fault text)
  WHERE nomination_lines.id = told.id`;

/** What replaces an act to come takes its place: it is that of the same reference. */
const REPLACE = `
  UPDATE nomination_lines SET state = 'replaced', settled_at = $2
  WHERE state = 'planned' AND reference = ANY($1::text[]) AND NOT id = ANY($3::bigint[])
  RETURNING id`;

const TOLD = `
  SELECT accounts.id AS "accountId", accounts.organism_id AS "organismId", part,
    CASE verdict WHEN 'attach' THEN organisms.id END AS joins
  FROM (
    SELECT account_id, verdict, organism_code, ((row_number() OVER (ORDER BY line) - 1) / $3)::int AS part
    FROM nomination_lines WHERE import_id = $1 AND verdict = ANY($2::text[])
  ) AS lines JOIN accounts ON accounts.id = account_id LEFT JOIN organisms ON organisms.code = organism_code
  WHERE verdict IN ('attach', 'end')`;

const COUNT = `
  UPDATE nomination_imports SET verdicts = coalesce((
    SELECT jsonb_object_agg(verdict, lines) FROM (
      SELECT verdict, count(*) AS lines FROM nomination_lines WHERE import_id = $1 GROUP BY verdict
    ) AS counted
  ), '{}') WHERE id = $1`;

/** One file after the other writes what is done: what it foresees, nobody else changes by a file (R81). */
const TURN = 'nominations';

/** Files of nominations, and their lines (R81). */
export function nominationRepository(db: Database) {
  const imports = () => db('nomination_imports');

  return {
    /** Waits until no other file is being applied, for the rest of the transaction. */
    async takeTurn(): Promise<void> {
      await db.raw('SELECT pg_advisory_xact_lock(hashtextextended(?, 0))', [TURN]);
    },

    async add(
      file: Pick<NominationImport, 'fileName' | 'sha256' | 'createdBy' | 'createdAt'>,
    ): Promise<number> {
      const [row] = await imports()
        .insert({
          file_name: file.fileName,
          sha256: file.sha256,
          created_by: file.createdBy,
          created_at: file.createdAt,
        })
        .returning('id');
      return row.id;
    },

    /** Keeps lines; those that cannot be read are in error already. */
    addLines: (importId: number, lines: readonly ReadNomination[]): Promise<unknown> =>
      preparedQuery(db, ADD_LINES, [importId, JSON.stringify(lines)]),

    /** So many lines that can be read, after that one, in the order of the file. */
    linesAfter: (importId: number, line: number, count: number): Promise<KeptNomination[]> =>
      preparedQuery<KeptNomination>(
        db,
        `SELECT ${LINE} FROM nomination_lines
         WHERE import_id = $1 AND line > $2 AND unreadable IS NULL ORDER BY line LIMIT $3`,
        [importId, line, count],
      ),

    /** So many lines that wait to be done, locked, in the order of the file. */
    lockWaiting: (importId: number, count: number): Promise<KeptNomination[]> =>
      preparedQuery<KeptNomination>(
        db,
        `SELECT ${LINE} FROM nomination_lines
         WHERE import_id = $1 AND state = 'compared' AND verdict = ANY($3::text[]) ORDER BY line LIMIT $2 FOR UPDATE`,
        [importId, count, TO_DO],
      ),

    /** The line, while it is to come, locked; or undefined. */
    async lockPlanned(id: number): Promise<KeptNomination | undefined> {
      const [line] = await preparedQuery<KeptNomination>(
        db,
        `SELECT ${LINE} FROM nomination_lines WHERE state = 'planned' AND id = $1 FOR UPDATE`,
        [id],
      );
      return line;
    },

    isApplied: async (id: number): Promise<boolean> =>
      (await db('nomination_lines').first('id').where({ id, state: 'applied' })) !== undefined,

    /** What was to come is given up: another file may ask for it again. */
    giveUp: (ids: readonly number[], fault: string, at: Date): Promise<unknown> =>
      preparedQuery(
        db,
        `UPDATE nomination_lines SET state = 'left', fault = $2, settled_at = $3
         WHERE state = 'planned' AND id = ANY($1::bigint[])`,
        [ids, fault, at],
      ),

    /** The lines of a batch that are to come. */
    plannedOf: (batchId: number): Promise<number[]> =>
      db('nomination_lines')
        .where({ state: 'planned' })
        .whereIn('import_id', imports().select('id').where({ batch_id: batchId }))
        .orderBy('id')
        .pluck('id'),

    setOutcomes: (outcomes: readonly NominationOutcome[]): Promise<unknown> =>
      preparedQuery(db, SET_OUTCOMES, [JSON.stringify(outcomes)]),

    /** Writes what has become of lines; returns the lines to come, of the same references, that give way to them. */
    async settle(
      lines: readonly {
        id: number;
        reference: string;
        state: SettledState;
        accountId: number | null;
        fault: string;
      }[],
      at: Date,
    ): Promise<number[]> {
      const done = lines.filter(({ state }) => state !== 'left');
      const replaced = await preparedQuery<{ id: number }>(db, REPLACE, [
        done.map(({ reference }) => reference),
        at,
        done.map(({ id }) => id),
      ]);
      await preparedQuery(db, SETTLE, [JSON.stringify(lines), at]);
      return replaced.map(({ id }) => id);
    },

    /** Writes how many lines have each verdict. */
    count: (importId: number): Promise<unknown> => preparedQuery(db, COUNT, [importId]),

    /** @throws NotFound */
    async get(id: number): Promise<NominationImport> {
      const found: NominationImport | undefined = await imports().first(IMPORT).where({ id });
      if (!found) throw new NotFound();
      return found;
    },

    /** The same, locked. @throws NotFound */
    async lock(id: number): Promise<NominationImport> {
      const found: NominationImport | undefined = await imports().first(IMPORT).where({ id }).forUpdate();
      if (!found) throw new NotFound();
      return found;
    },

    begin: (id: number, batchId: number): Promise<unknown> =>
      imports().where({ id }).update({ state: 'applying', batch_id: batchId }),

    end: (id: number, at: Date): Promise<unknown> =>
      imports().where({ id }).update({ state: 'applied', applied_at: at }),

    /** How many of its lines are in each state, and of those that wait, how many are to be done. */
    async progress(
      importId: number,
    ): Promise<{ applied: number; planned: number; left: number; waiting: number }> {
      const [found] = await preparedQuery<{
        applied: number;
        planned: number;
        left: number;
        waiting: number;
      }>(
        db,
        `SELECT count(*) FILTER (WHERE state = 'applied')::int AS applied,
           count(*) FILTER (WHERE state IN ('planned', 'replaced'))::int AS planned,
           count(*) FILTER (WHERE state = 'left')::int AS left,
           count(*) FILTER (WHERE state = 'compared' AND verdict = ANY($2::text[]))::int AS waiting
         FROM nomination_lines WHERE import_id = $1`,
        [importId, TO_DO],
      );
      return found ?? { applied: 0, planned: 0, left: 0, waiting: 0 };
    },

    /** The lines by which somebody moves or leaves their function, done so many at a time. */
    told: (importId: number, atOnce: number): Promise<ToldNomination[]> =>
      preparedQuery<ToldNomination>(db, TOLD, [importId, TO_DO, atOnce]),

    /** How many lines have a remark. */
    async warnings(importId: number): Promise<number> {
      const [found] = await preparedQuery<{ count: number }>(
        db,
        `SELECT count(*)::int FROM nomination_lines WHERE import_id = $1 AND remark <> ''`,
        [importId],
      );
      return found?.count ?? 0;
    },

    /** What a batch did for these people is undone: their acts have not taken effect. */
    async undo(
      batchId: number,
      accountIds: readonly number[],
      { fault, at }: { fault: string; at: Date },
    ): Promise<void> {
      await db('nomination_lines')
        .where({ state: 'applied' })
        .whereIn('import_id', imports().select('id').where({ batch_id: batchId }))
        .whereRaw('account_id = ANY(?::bigint[])', [[...accountIds]])
        .update({ state: 'left', fault, settled_at: at });
    },

    /** Forgets the lines of files from before then that changed nobody, and returns how many. */
    purgeBefore: (time: Date): Promise<number> =>
      purge(db, 'nomination_lines', (lines) =>
        lines
          .whereNotIn('state', ['applied', 'planned'])
          .whereIn('import_id', db('nomination_imports').select('id').where('created_at', '<', time)),
      ),
  };
}
