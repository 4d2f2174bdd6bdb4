import type { UnitOfWork } from '../database/transaction.ts';
import { type Changes, changesBetween, type Field, isUnchanged } from '../domain/changes.ts';
import { type Edited, lockReferenceData, nameOfCode, sameName } from '../repositories/reference-data.ts';
import { snapshotOf } from '../repositories/snapshot.ts';

type Table = Parameters<typeof sameName>[1];

/** A name, a code, or both, that other records have; `by` is the name of that record. */
export interface Taken {
  kind: 'taken';
  faults: { field: 'name' | 'code'; by: string }[];
}

/** What creating a record comes to. */
export type Creating = { kind: 'created'; id: number } | Taken;

/** What changing a record comes to. */
export type Changing =
  | { kind: 'changed' }
  | { kind: 'unchanged' }
  | Taken
  /** Somebody changed it since the form was shown; `changes` are from what is stored to what was typed. */
  | { kind: 'stale'; record: Edited; changes: Changes };

/** Waits for whoever else changes reference data; once it is over, what is kept of it in memory is read anew. */
export async function lockForChange(unit: UnitOfWork): Promise<void> {
  unit.afterwards((db) => snapshotOf(db).forget());
  await lockReferenceData(unit.db);
}

/** What other records have of this name and this code, or null. To be asked under lockForChange. */
export async function findTaken(
  { db }: UnitOfWork,
  table: Table,
  { code, name }: { code: string; name: string },
): Promise<Taken | null> {
  const nameOf = await sameName(db, table, { name, exceptId: null });
  const codeOf = await nameOfCode(db, table, code);
  const faults: Taken['faults'] = [];
  if (nameOf !== undefined) faults.push({ field: 'name', by: nameOf });
  if (codeOf !== undefined) faults.push({ field: 'code', by: codeOf });
  return faults.length === 0 ? null : { kind: 'taken', faults };
}

/** A change as its form sends it: `version` is the one that the form was shown. */
interface WantedChange<S> {
  record: S & Edited & { id: number };
  settings: S;
  version: number;
  name: string;
  fields: readonly Field<S>[];
}

/** The fields to write, or why nothing is to be written. To be asked under lockForChange. */
export async function judgeChange<S>(
  { db }: UnitOfWork,
  table: Table,
  { record, settings, version, name, fields }: WantedChange<S>,
): Promise<{ kind: 'write'; changes: Changes } | Exclude<Changing, { kind: 'changed' }>> {
  const changes = changesBetween<S>(record, settings, fields);
  if (isUnchanged(changes)) return { kind: 'unchanged' };
  if (record.version !== version) return { kind: 'stale', record, changes };
  const by = await sameName(db, table, { name, exceptId: record.id });
  return by === undefined ? { kind: 'write', changes } : { kind: 'taken', faults: [{ field: 'name', by }] };
}
