import type { Writable } from 'node:stream';
import type { Database } from '../database/knex.ts';
import type { Batches, ExportFormat, WriterOptions } from '../presenters/table.ts';
import { createSnapshot } from '../repositories/snapshot.ts';
import { begun } from './delivery.ts';
import { type ChosenList, tablesOf } from './lists.ts';

/** What a file says of itself, in words. */
interface FileHeading {
  title: string;
  /** What it covers: an organism, or all of them. */
  perimeter: string;
  /** What its rows were chosen by; none where they are all there is. */
  filters: readonly string[];
  /** « Prénom NOM » of who asked for it. */
  by: string;
  /** When: 'YYYY-MM-DD HH:MM' in Paris. */
  at: string;
}

/** A file to make: plain data, that goes to another thread. */
export interface FileOrder {
  format: ExportFormat;
  list: ChosenList;
  heading: FileHeading;
  /** The day in Paris, 'YYYY-MM-DD', on which the rights shown hold (P8). */
  today: string;
}

/** Rows a batch. */
const BATCH = 200;

/**
 * Reads a list in the transaction `db` and writes it to `output`, at its pace. `onRows` is told of the rows of the first
 * table as they are read.
 * @throws what reading throws, before anything is written where the first rows cannot be read; what `deliver` throws.
 */
export async function makeFile(
  output: Writable,
  { format, list, heading, today }: FileOrder,
  { db, onRows, ...options }: WriterOptions & { db: Database; onRows: (rows: number) => void },
): Promise<void> {
  const snapshot = await createSnapshot(db).current();
  const { signal } = options;
  const { tables, describeCount } = tablesOf(list, { db, snapshot, format, signal, batch: BATCH, today });
  const [first, ...others] = tables;
  if (!first) throw new Error(`${list.name} has no table`);
  const rows = counted(await begun(first.rows, signal), onRows);
  // What writes a format takes memory: it is loaded when it is asked for.
  if (format === 'csv') {
    const { writeCsv } = await import('./csv.ts');
    return writeCsv(output, first.columns, rows, options);
  }
  if (format === 'pdf') {
    const { writeReport } = await import('./report/report.ts');
    return writeReport(output, { ...heading, columns: first.columns, rows, describeCount }, options);
  }
  const { writeWorkbook } = await import('./workbook.ts');
  return writeWorkbook(output, [{ ...first, rows }, ...others], { about: heading, ...options });
}

async function* counted(rows: Batches, onRows: (rows: number) => void): Batches {
  for await (const batch of rows) {
    onRows(batch.length);
    yield batch;
  }
}
