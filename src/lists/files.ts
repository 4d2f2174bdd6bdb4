import { plural } from '../presenters/format.ts';
import type { Column, Row } from '../presenters/table.ts';
import type { Snapshot, SnapshotSource } from '../repositories/snapshot.ts';
import type { FileReading, FileTable, ListColumn, ListFile } from './declaration.ts';

/** A list that can leave as a file, for a filter `F`: it crosses to the thread that makes files, so it is plain data. */
export interface FileList<F> {
  name: string;
  /** The workbook has them all; PDF and CSV have the first. */
  tables(filter: F, reading: FileReading): FileTable[];
  describeCount(rows: number): string;
}

interface WithFile<S, V, F, R, T, W> {
  name: string;
  noun: readonly [one: string, many: string];
  file?: ListFile<V, F, R, T>;
  columns: readonly ListColumn<S, T, W, V, never>[];
}

/** The files of a list, as it is declared. */
export function fileOf<S, V, F, R, T, W>({
  name,
  noun,
  file,
  columns,
}: WithFile<S, V, F, R, T, W>): FileList<F> {
  if (file === undefined) throw new TypeError(`${name} leaves as no file`);
  const { sheet, stream, told, further, lacks } = file;
  const every = inOrder(columns.flatMap(cellOf), file.order);
  return {
    name,
    tables(filter, reading) {
      const without = lacks?.(filter) ?? [];
      const cells = every.filter(({ column }) => !without.includes(column.header));
      const rows = rowsOf(stream(reading)(filter, reading), (row) => {
        const source = told ? told(row, reading, filter) : (row as unknown as T);
        return [cells.map(({ cell }) => cell(source) ?? null)];
      });
      return [
        { name: sheet, columns: cells.map(({ column }) => column), rows },
        ...(further?.(filter, reading) ?? []),
      ];
    },
    describeCount: (rows) => plural(rows, ...noun),
  };
}

interface FileCell<T> {
  column: Column;
  cell: (told: T) => string | null | undefined;
}

function cellOf<S, T, W, V>({
  label,
  header = label,
  width = 20,
  kind,
  strong,
  cell,
}: ListColumn<S, T, W, V>): FileCell<T>[] {
  if (!cell) return [];
  return [{ cell, column: { header, width, ...(kind && { kind }), ...(strong && { strong }) } }];
}

/** Those that are named first, in that order, then the others. */
function inOrder<T>(cells: FileCell<T>[], first: readonly string[] = []): FileCell<T>[] {
  const placeOf = ({ column }: FileCell<T>) =>
    first.includes(column.header) ? first.indexOf(column.header) : first.length;
  return cells.toSorted((one, other) => placeOf(one) - placeOf(other));
}

/** Reference data that stays that of the file, however long it takes. */
export const asSource = (snapshot: Snapshot): SnapshotSource => ({
  current: async () => snapshot,
  forget() {},
});

/** Turns batches of records into batches of rows. */
export async function* rowsOf<T>(
  batches: AsyncIterable<readonly T[]>,
  toRows: (record: T) => readonly Row[],
): AsyncGenerator<Row[]> {
  for await (const batch of batches) yield batch.flatMap(toRows);
}
