import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import pg from 'pg';
import { copyOut } from '../copying.ts';
import { doneMigrations } from '../schema.ts';
import type { BackupHeader } from './file.ts';
import { partitionsOf, sequencesOf, sizesOf, type TableLayout, TRAIL, tablesOf } from './layout.ts';
import { line, piece } from './records.ts';

/** What a table of a backup holds: its rows, and the bytes by which COPY tells them. */
export interface TableTally {
  rows: number;
  bytes: number;
  sha256: string;
}

/** The end of a backup: what restoring it has to come to. */
export interface BackupManifest<C> {
  tables: Record<string, TableTally>;
  sequences: Record<string, number>;
  /** What the trail was found to hold, as a checkpoint signs it; null where it was broken, with what was wrong. */
  checkpoint: C | null;
  fault: string | null;
}

// Rows are told in one way whatever the server's settings, in the order in which they stand.
const SETTINGS = [
  `timezone = 'UTC'`,
  `datestyle = 'ISO'`,
  `intervalstyle = 'postgres'`,
  'extra_float_digits = 1',
  `bytea_output = 'hex'`,
  'synchronize_seqscans = off',
  'max_parallel_workers_per_gather = 0',
  'row_security = off',
];

/** A database as it stood at one instant: a repeatable-read transaction. */
interface Snapshot {
  /** By which another transaction sees the same. */
  id: string;
  header: BackupHeader;
  /** The tables as the stream of a backup; `sealed` gives what follows them, once it is known. */
  stream<C>(
    conclude: () => Promise<Pick<BackupManifest<C>, 'checkpoint' | 'fault'>>,
    onProgress: (table: string, done: number) => void,
  ): AsyncGenerator<Buffer, BackupManifest<C>>;
}

/**
 * Holds every table as it is: nothing changes their columns until the end of the transaction, whose first statements
 * these have to be.
 * @param known the tables of the database, as they were read a moment before
 */
export async function openSnapshot(
  trx: Knex.Transaction,
  { known, now }: { known: readonly TableLayout[]; now: Date },
): Promise<Snapshot> {
  for (const setting of SETTINGS) await trx.raw(`SET LOCAL ${setting}`);
  // Before anything is read: the instant of the transaction is that of its first reading.
  const places = known.map(() => '??').join(', ');
  await trx.raw(
    `LOCK TABLE ${places} IN ACCESS SHARE MODE`,
    known.map(({ table }) => table),
  );
  const tables = await tablesOf(trx);
  const { rows } = await trx.raw(
    `SELECT pg_export_snapshot() AS id, current_setting('server_version') AS server`,
  );
  const [{ id, server }] = rows;
  const migrations = await doneMigrations(trx);
  const header: BackupHeader = {
    created_at: now.toISOString(),
    server,
    migrations: migrations.map(({ name, batch }): [string, number] => [name, batch]).sort(),
    partitions: await partitionsOf(trx),
  };

  async function* stream<C>(
    conclude: () => Promise<Pick<BackupManifest<C>, 'checkpoint' | 'fault'>>,
    onProgress: (table: string, done: number) => void,
  ): AsyncGenerator<Buffer, BackupManifest<C>> {
    const sizes = await sizesOf(trx);
    const whole = tables.reduce((sum, { table }) => sum + (sizes.get(table) ?? 0), 0);
    const tallies: Record<string, TableTally> = {};
    let done = 0;
    for (const layout of tables) {
      const { table, columns } = layout;
      const size = sizes.get(table) ?? 0;
      const hash = createHash('sha256');
      yield line(layout);
      const rows = copyOut(trx, await copyStatement(trx, table, columns));
      let [bytes, count] = [0, 0];
      try {
        for (;;) {
          const next = await rows.next();
          if (next.done) {
            count = next.value;
            break;
          }
          hash.update(next.value);
          bytes += next.value.length;
          onProgress(table, (done + Math.min(bytes, size)) / whole);
          yield* piece(next.value);
        }
      } finally {
        // Where nobody reads on.
        await rows.return(count);
      }
      yield* piece();
      tallies[table] = { rows: count, bytes, sha256: hash.digest('hex') };
      done += size;
    }
    const { checkpoint, fault } = await conclude();
    // Sequences are of no transaction: they are now at least where what was copied needs them.
    const manifest = { tables: tallies, sequences: await sequencesOf(trx), checkpoint, fault };
    yield line(manifest);
    return manifest;
  }

  return { id, header, stream };
}

/** Has this transaction see what another one sees: its first statement, and not after the other has ended. */
export async function joinSnapshot(trx: Knex.Transaction, id: string): Promise<void> {
  await trx.raw(`SET TRANSACTION SNAPSHOT ${pg.escapeLiteral(id)}`);
}

/** COPY of a partitioned table has to be that of a query. */
async function copyStatement(trx: Knex.Transaction, table: string, columns: string[]): Promise<string> {
  const names = columns.map(() => '??').join(', ');
  const form = table === TRAIL ? `COPY (SELECT ${names} FROM ??) TO STDOUT` : `COPY ?? (${names}) TO STDOUT`;
  const bindings = table === TRAIL ? [...columns, table] : [table, ...columns];
  return trx.raw(form, bindings).toQuery();
}
