/** What differs between two states of a record: its fields as people call them, before and after. */
export type Changes = Record<string, { from: string; to: string }>;

/** A field of a record: its French name, and its value as people read it. */
export interface Field<T> {
  name: string;
  said: (record: T) => string;
}

/** The fields that differ; none is an empty record. */
export function changesBetween<T>(before: T, after: T, fields: readonly Field<T>[]): Changes {
  const changes: Changes = {};
  for (const { name, said } of fields) {
    const [from, to] = [said(before), said(after)];
    if (from !== to) changes[name] = { from, to };
  }
  return changes;
}

/**
 * What somebody typed over a record that others change too: what they changed from what they were shown, and of the rest
 * what is stored now. `clashes`: fields that were changed here and there, otherwise.
 */
export function mergeChanges<T>(
  { shown, typed, stored }: { shown: T; typed: T; stored: T },
  fields: readonly (Field<T> & { key: keyof T })[],
): { merged: T; clashes: Changes } {
  const merged = { ...stored };
  const clashes: Changes = {};
  for (const { name, said, key } of fields) {
    const [before, mine, now] = [said(shown), said(typed), said(stored)];
    if (mine === before) continue;
    merged[key] = typed[key];
    if (now !== before && now !== mine) clashes[name] = { from: now, to: mine };
  }
  return { merged, clashes };
}

/** True when nothing differs. */
export const isUnchanged = (changes: Changes): boolean => Object.keys(changes).length === 0;
