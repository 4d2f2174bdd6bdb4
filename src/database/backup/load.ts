import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { setAside } from '../aside.ts';
import { copyIn } from '../copying.ts';
import { InstallationError, MIGRATIONS_TABLE } from '../schema.ts';
import type { BackupManifest, TableTally } from './dump.ts';
import { BackupFault, type SealedBackup } from './file.ts';
import { partitionsOf, type TableLayout, TRAIL, tablesOf, tablesToEmpty } from './layout.ts';
import { MALFORMED, recordReader } from './records.ts';

type Progress = (step: string, done: number) => void;

/** Milliseconds that are waited for portals to let go of a table. */
const LOCK_WAIT = 10_000;

const SETTINGS = [
  `timezone = 'UTC'`,
  `datestyle = 'ISO'`,
  `intervalstyle = 'postgres'`,
  `lock_timeout = ${LOCK_WAIT}`,
  `work_mem = '64MB'`,
  `maintenance_work_mem = '256MB'`,
];

/**
 * Empties every table and fills those of the backup, as the owner, in a transaction whose schema is that of the backup.
 * Indexes and foreign keys are made again from the rows; triggers, those that keep the trail among them, are held
 * meanwhile: what they would write is in the backup.
 * @throws BackupFault where the rows are not those that the backup was made of
 */
export async function loadBackup<C>(
  trx: Knex.Transaction,
  { header, content }: SealedBackup,
  onProgress: Progress,
): Promise<BackupManifest<C>> {
  for (const setting of SETTINGS) await trx.raw(`SET LOCAL ${setting}`);
  const emptied = await tablesToEmpty(trx);
  await lock(trx, emptied);
  const expected = await tablesOf(trx);
  await emptyTrail(trx, header.partitions);
  const others = emptied.filter((table) => table !== TRAIL);
  const aside = await setAside(
    trx,
    emptied.map((table) => `"${table}"`),
  );
  await trx.raw(`TRUNCATE ${others.map(() => '??').join(', ')} RESTART IDENTITY`, others);

  const { manifest, tallies } = await loadTables<C>(trx, { content, expected, onProgress });
  const wrong = Object.keys(manifest.tables).find((name) => !isSame(manifest.tables[name], tallies[name]));
  if (wrong !== undefined) throw new BackupFault(`was altered: its table ${wrong} is not what was backed up`);

  for (const [name, last] of Object.entries(manifest.sequences))
    await trx.raw('SELECT setval(?::regclass, ?)', [`public.${name}`, last]);
  for (const [name, batch] of header.migrations)
    await trx(MIGRATIONS_TABLE).where({ name }).update({ batch });
  await aside.restore((done) => onProgress('indexes', done));
  // The triggers that tell it were held.
  await trx.raw(`SELECT pg_notify('portail_reference_data', '')`);
  return manifest;
}

/** @throws InstallationError where the role may not, or somebody holds on to a table */
async function lock(trx: Knex.Transaction, tables: readonly string[]): Promise<void> {
  try {
    await trx.raw(`LOCK TABLE ${tables.map(() => '??').join(', ')} IN ACCESS EXCLUSIVE MODE`, [...tables]);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === '42501')
      throw new InstallationError(
        'This role may not replace what the database holds: set DATABASE_OWNER_URL.',
      );
    if (code === '55P03')
      throw new InstallationError('Somebody uses the tables of this database: stop them first.');
    throw error;
  }
}

/** What the planner needs of tables that were just filled; they need no vacuum, but for the trail, which gets its own. */
export async function gatherStatistics(db: Knex, tables: readonly string[]): Promise<void> {
  for (const table of tables) await db.raw('ANALYZE ??', [table]);
}

async function loadTables<C>(
  trx: Knex.Transaction,
  {
    content,
    expected,
    onProgress,
  }: Pick<SealedBackup, 'content'> & { expected: readonly TableLayout[]; onProgress: Progress },
) {
  const tallies: Record<string, TableTally> = {};
  let table = '';
  const stream = content((done) => onProgress(table, done));
  try {
    const records = recordReader(stream);
    for (const layout of expected) {
      table = layout.table;
      const found = await records.line();
      if (JSON.stringify(found) !== JSON.stringify(layout)) throw new BackupFault(MALFORMED);
      tallies[table] = await loadTable(trx, layout, records.rows());
    }
    const manifest = (await records.line()) as BackupManifest<C>;
    await records.end();
    return { manifest, tallies };
  } finally {
    stream.destroy();
  }
}

/** Truncating the trail is refused, even to its owner; dropping its months is not. */
async function emptyTrail(trx: Knex.Transaction, partitions: readonly string[]): Promise<void> {
  for (const name of await partitionsOf(trx)) await trx.raw('DROP TABLE ??', [name]);
  for (const name of partitions) {
    const month = /_(\d{4})_(\d{2})$/.exec(name);
    if (month === null) throw new BackupFault(MALFORMED);
    await trx.raw('SELECT audit_ensure_partition(?::timestamptz)', [`${month[1]}-${month[2]}-01T00:00:00Z`]);
  }
}

async function loadTable(
  trx: Knex.Transaction,
  { table, columns }: TableLayout,
  pieces: AsyncIterable<Buffer>,
): Promise<TableTally> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* counted() {
    for await (const rows of pieces) {
      hash.update(rows);
      bytes += rows.length;
      yield rows;
    }
  }
  const names = columns.map(() => '??').join(', ');
  // What was emptied in this transaction is written as if it had been there for long; a partitioned table cannot be.
  const how = table === TRAIL ? '' : ' WITH (FREEZE)';
  const statement = trx.raw(`COPY ?? (${names}) FROM STDIN${how}`, [table, ...columns]).toQuery();
  const rows = await copyIn(trx, statement, counted());
  return { rows, bytes, sha256: hash.digest('hex') };
}

const isSame = (one: TableTally | undefined, other: TableTally | undefined): boolean =>
  one?.rows === other?.rows && one?.bytes === other?.bytes && one?.sha256 === other?.sha256;
