import type { Knex } from 'knex';
import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import type { BatchOutcome, BatchResult, ListedKind, SelectionKind } from '../domain/batch.ts';
import { NotFound } from '../domain/errors.ts';

/** An act on many people, once it is done. */
export interface Batch {
  id: number;
  kind: ListedKind;
  roleId: number | null;
  /** Null for the whole country. */
  organismId: number | null;
  reason: string;
  /** Null for a command. */
  createdBy: number | null;
  createdAt: Date;
  changed: number;
  requested: number;
  skipped: number;
  /** How many left with it; null where it was not counted. */
  messages: number | null;
  /** The batch that this one undid (R83), and the one that undid it. */
  undoes: number | null;
  undoneBy: number | null;
  /** It knows what it changed: those of before do not. */
  known: boolean;
  /** Some of its lines are still to be done. */
  underWay: boolean;
  /** Acts of its file that are still to come. */
  planned: number;
}

/** A batch that may be undone: selections of requests too. */
export interface UndoableBatch extends Omit<Batch, 'kind'> {
  kind: ListedKind | SelectionKind;
}

/** What is announced to somebody, and for whom exactly: accounts, or requests that are accepted or refused. */
export interface NewDraft {
  kind: SelectionKind;
  roleId: number | null;
  /** Null where requests of the whole country are decided. */
  organismId: number | null;
  selectedIds: readonly number[];
  createdBy: number;
  createdAt: Date;
}

/** A batch as it is for who made it: a draft that waits to be confirmed, or what became of it. */
export interface OwnBatch extends Pick<NewDraft, 'kind' | 'roleId' | 'selectedIds'> {
  id: number;
  state: 'draft' | 'done';
}

/** Whose batch it has to be, for what the page covers; a draft since then at the latest. */
export interface Ownership {
  id: number;
  createdBy: number;
  organismId: number | null;
  since: Date;
}

/** How a batch ends: how many people, or requests, came to what, and how many messages left. */
interface BatchEnd {
  reason: string;
  at: Date;
  counts: Record<BatchResult, number>;
  messages: number;
}

const COLUMNS = {
  id: 'id',
  kind: 'kind',
  roleId: 'role_id',
  organismId: 'organism_id',
  reason: 'reason',
  createdBy: 'created_by',
  createdAt: 'created_at',
  messages: 'messages',
  changed: 'changed',
  requested: 'requested',
  skipped: 'skipped',
  undoes: 'undoes',
};

const UNDO = `
  (SELECT id FROM batches AS undo WHERE undo.undoes = batches.id AND undo.state = 'done') AS "undoneBy",
  EXISTS (SELECT FROM batch_effects WHERE batch_id = batches.id) AS known,
  EXISTS (SELECT FROM nomination_imports WHERE batch_id = batches.id AND state = 'applying') AS "underWay",
  (SELECT count(*)::int FROM nomination_lines AS line JOIN nomination_imports AS file ON file.id = import_id
    WHERE file.batch_id = batches.id AND line.state = 'planned') AS planned`;

const OWN = { id: 'id', state: 'state', kind: 'kind', roleId: 'role_id', selectedIds: 'selected_ids' };

const ADD_LINES = `
  INSERT INTO batch_lines (batch_id, account_id, outcome)
  SELECT $1, account_id, outcome FROM unnest($2::bigint[], $3::text[]) AS line (account_id, outcome)
  ON CONFLICT (batch_id, account_id) DO NOTHING`;

/** Acts on selections, from their draft to what became of everyone (R45, R46). */
export function batchRepository(db: Database) {
  const own = ({ id, createdBy, organismId, since }: Ownership) =>
    db('batches')
      .first(OWN)
      .where({ id, created_by: createdBy })
      .whereNull('undoes')
      .whereRaw('organism_id IS NOT DISTINCT FROM ?', [organismId] as Knex.Value[])
      .where((found) => found.where({ state: 'done' }).orWhere(live(since)));

  const done = (id: number, organismId: number | null) =>
    db('batches')
      .select(COLUMNS)
      .select(db.raw(UNDO))
      .where({ id, state: 'done', ...(organismId === null ? {} : { organism_id: organismId }) })
      .first();

  const findManaged = (id: number, organismId: number | null): Promise<Batch | undefined> =>
    done(id, organismId).whereNotIn('kind', ['accept', 'refuse']);

  return {
    /** Keeps a draft, and returns its number. */
    async draft(draft: NewDraft): Promise<number> {
      const [row] = await db('batches')
        .insert({
          state: 'draft',
          kind: draft.kind,
          role_id: draft.roleId,
          organism_id: draft.organismId,
          selected_ids: draft.selectedIds,
          created_by: draft.createdBy,
          created_at: draft.createdAt,
        })
        .returning('id');
      return row.id;
    },

    /** A batch of nominations, which is done line by line; returns its number. */
    async beginNominations(createdBy: number | null, createdAt: Date): Promise<number> {
      const [row] = await db('batches')
        .insert({ kind: 'nominations', created_by: createdBy, created_at: createdAt, messages: 0 })
        .returning('id');
      return row.id;
    },

    /** What some lines more of it came to. */
    addCounts: (
      id: number,
      counts: { changed: number; skipped: number; messages: number },
    ): Promise<unknown> => db('batches').where({ id }).increment(counts),

    findOwn: (whose: Ownership): Promise<OwnBatch | undefined> => own(whose),

    /** The same, locked: of two who confirm it at once, the second finds it done. */
    lockOwn: (whose: Ownership): Promise<OwnBatch | undefined> => own(whose).forUpdate(),

    /** Writes what became of each person. */
    async addLines(id: number, outcomes: ReadonlyMap<number, BatchOutcome>): Promise<void> {
      await preparedQuery(db, ADD_LINES, [id, [...outcomes.keys()], [...outcomes.values()]]);
    },

    /** A draft is done. Of people the lines tell who they were; of requests, nothing else does. */
    async finish(
      { id, kind }: { id: number; kind: OwnBatch['kind'] | 'undo' },
      { reason, at, counts, messages }: BatchEnd,
    ): Promise<void> {
      const forgotten = kind === 'accept' || kind === 'refuse' ? {} : { selected_ids: null };
      await db('batches')
        .where({ id })
        .update({ ...forgotten, ...counts, state: 'done', reason, created_at: at, messages });
    },

    /** The batch to be undone, of people or of requests. @throws NotFound, as above */
    async getUndoable(id: number, organismId: number | null): Promise<UndoableBatch> {
      const batch: UndoableBatch | undefined = await done(id, organismId);
      if (!batch) throw new NotFound();
      return batch;
    },

    /** Locks a batch that is done: of two who undo it at once, the second finds it undone. */
    async lock(id: number): Promise<void> {
      await db('batches').select('id').where({ id }).forNoKeyUpdate();
    },

    /** Adds what undoes a batch, and returns its number; it ends as any other. */
    async addUndo(
      { id, organismId }: Pick<UndoableBatch, 'id' | 'organismId'>,
      { createdBy, createdAt }: Pick<NewDraft, 'createdBy' | 'createdAt'>,
    ): Promise<number> {
      const whose = { created_by: createdBy, created_at: createdAt, organism_id: organismId };
      const [row] = await db('batches')
        .insert({ ...whose, kind: 'undo', state: 'done', undoes: id })
        .returning('id');
      return row.id;
    },

    /**
     * Drops what waits of these people, whose rights have changed (P10). What is being confirmed in this very instant
     * is left to the trail, which asks for their rights again.
     */
    async dropOf(createdBy: readonly number[]): Promise<void> {
      const theirs = db('batches')
        .select('id')
        .where({ state: 'draft' })
        .whereRaw('created_by = ANY(?::bigint[])', [[...createdBy]]);
      await drop(db, theirs.forUpdate().skipLocked());
    },

    /** Forgets whom the drafts were for that nobody confirmed in time. Returns how many. */
    dropBefore: (time: Date): Promise<number> =>
      drop(db, db('batches').select('id').where({ state: 'draft' }).where('created_at', '<', time)),

    /** The batch, once done, if it was made for this organism (null: any). Decided requests are looked for in their lists. */
    findManaged,

    /** The same. @throws NotFound, as if it did not exist, outside the organism (P5). */
    async getManaged(id: number, organismId: number | null): Promise<Batch> {
      const batch = await findManaged(id, organismId);
      if (!batch) throw new NotFound();
      return batch;
    },
  };
}

const live = (since: Date) => (draft: Knex.QueryBuilder) =>
  void draft.where({ state: 'draft' }).where('created_at', '>=', since);

/** What people did is kept, and so is that there was a draft (P7): who it was for is not. */
const drop = (db: Database, which: Knex.QueryBuilder): Promise<number> =>
  db('batches').whereIn('id', which).update({ state: 'dropped', selected_ids: null });
