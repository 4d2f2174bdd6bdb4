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

/** True when nothing differs. */
export const isUnchanged = (changes: Changes): boolean => Object.keys(changes).length === 0;
