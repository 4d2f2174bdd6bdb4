import type { Database } from '../database/knex.ts';

// Any number that nothing else locks on.
const REFERENCE_LOCK = 7_310_392;

/**
 * Whoever writes reference data waits here for the others, until their transaction ends: names and codes can then be
 * looked up before they are taken, and places counted.
 */
export async function lockReferenceData(db: Database): Promise<void> {
  await db.raw('SELECT pg_advisory_xact_lock(?)', [REFERENCE_LOCK]);
}

/** What a form needs to know that its record is still the one it was shown. */
export interface Edited {
  version: number;
  editedAt: Date | null;
  /** « Prénom NOM »; null where nobody has changed it in the portal. */
  editedBy: string | null;
}

type ReferenceTable = 'applications' | 'roles' | 'organisms';

/** The columns of `Edited`; to be joined with `editor`, the account named by edited_by. */
export const editedColumns = (db: Database, table: ReferenceTable) => ({
  version: `${table}.version`,
  editedAt: `${table}.edited_at`,
  editedBy: db.raw(`editor.first_name || ' ' || editor.last_name`),
});

/** What every change of a record writes beside it. */
export const editedNow = (db: Database, { at, by }: { at: Date; by: number }) => ({
  version: db.raw('version + 1'),
  edited_at: at,
  edited_by: by,
});

/** The name of another record of this table that reads the same, accents and case aside; undefined if none does. */
export async function sameName(
  db: Database,
  table: ReferenceTable,
  { name, exceptId }: { name: string; exceptId: number | null },
): Promise<string | undefined> {
  const column = table === 'roles' ? 'label' : 'name';
  const found = await db(table)
    .whereRaw('normalised(??) = normalised(?)', [column, name])
    .modify((query) => exceptId !== null && query.whereNot('id', exceptId))
    .pluck(column);
  return found[0];
}

/** The name of the record of this table that has this code; undefined if none has. */
export async function nameOfCode(
  db: Database,
  table: ReferenceTable,
  code: string,
): Promise<string | undefined> {
  const column = table === 'roles' ? 'label' : 'name';
  return (await db(table).where({ code }).pluck(column))[0];
}
