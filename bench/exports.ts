import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Database } from '../src/database/knex.ts';
import { tablesOf } from '../src/exports/lists.ts';
import { paths, withQuery } from '../src/paths.ts';
import type { Batches, Row } from '../src/presenters/table.ts';
import { createSnapshot } from '../src/repositories/snapshot.ts';
import { type Download, download, said } from './download.ts';
import type { BenchLine } from './line.ts';
import { python } from './python.ts';

const MOST_MEMORY = 150;
const MOST_WAIT = 10;

const EVERYONE = { organismId: null, name: '', words: '', sort: 'nom', direction: 'asc' } as const;

/** The rows of both sheets as the yardsticks read them; returns the files, and the widths of the columns of the first. */
async function writeRows(db: Database, folder: string) {
  const snapshot = await createSnapshot(db).current();
  const today = new Date().toISOString().slice(0, 10);
  const reading = {
    snapshot,
    format: 'xlsx',
    today,
    signal: new AbortController().signal,
    batch: 1000,
  } as const;
  const files = { people: join(folder, 'people.jsonl'), grants: join(folder, 'grants.jsonl') };
  const widths = await db.transaction(async (transaction) => {
    const order = { name: 'entitlements', filter: EVERYONE };
    const { tables } = tablesOf(order, { ...reading, db: transaction });
    const [people, grants] = tables;
    if (!people || !grants) throw new Error('a workbook of two sheets');
    await writeLines(files.people, people.rows);
    await writeLines(files.grants, grants.rows);
    return people.columns.map(({ width }) => width);
  });
  return { ...files, widths };
}

async function writeLines(file: string, batches: Batches): Promise<void> {
  await pipeline(
    Readable.from(batches).map((batch: readonly Row[]) =>
      batch.map((row) => `${JSON.stringify(row)}\n`).join(''),
    ),
    createWriteStream(file),
  );
}

/** An export beside its yardstick: time, memory added, and what others wait meanwhile. */
function beside(subject: string, got: Download, reference: number | null, name: string): BenchLine {
  const within = (got.memory ?? 0) <= MOST_MEMORY && got.p95 <= MOST_WAIT;
  const ratio = reference === null ? '' : `, ${(got.seconds / reference).toFixed(2)} of the yardstick`;
  const quick = reference === null ? null : got.seconds <= reference / 2;
  return {
    subject: `${subject}, through HTTP (goals: 0.5 of the yardstick’s time, +${MOST_MEMORY} MB, p95 ${MOST_WAIT} ms)`,
    measured: said(got) + ratio,
    yardstick:
      reference === null ? `${name}: not installed on this machine` : `${name}: ${reference.toFixed(2)} s`,
    met: within ? quick : false,
  };
}

/** Excel and PDF of everyone, through HTTP, beside Debian's libraries on the same rows; Excel of one organism. */
export async function benchExports(db: Database, databaseUrl: string, folder: string): Promise<BenchLine[]> {
  const { people, grants, widths } = await writeRows(db, folder);
  const { rows: sizes } = await db.raw(
    'SELECT o.code, count(*) AS people FROM accounts a JOIN organisms o ON o.id = a.organism_id GROUP BY o.code ORDER BY 2 DESC LIMIT 1',
  );
  const [largest] = sizes;
  const ask = (path: string, seconds?: number) => download(databaseUrl, folder, path, seconds);
  const one = await ask(withQuery(`${paths.entitlements.index}.xlsx`, { perimetre: largest.code }));
  const excel = await ask(`${paths.entitlements.index}.xlsx`);
  const xlsxwriter = await python('xlsxwriter.py', [join(folder, 'yardstick.xlsx'), people, grants]);
  const pdf = await ask(`${paths.entitlements.index}.pdf`);
  const canvas = [people, join(folder, 'yardstick.pdf'), widths.join(',')];
  const reportlab = await python('reportlab.py', [...canvas, '--wrap']);
  const overprinted = reportlab === null ? null : await python('reportlab.py', canvas);
  const wrapped = `python3-reportlab’s canvas, wrapped as ours (${overprinted?.toFixed(2)} s where columns overprint)`;
  return [
    {
      subject: `Excel of the largest organism, ${largest.people} people, through HTTP`,
      measured: said(one),
      yardstick: 'goal < 2 s',
      met: one.seconds < 2,
    },
    beside(
      'Excel of everyone, two sheets',
      excel,
      xlsxwriter,
      'python3-xlsxwriter in constant memory, the same sheets',
    ),
    beside('PDF of everyone', pdf, reportlab, reportlab === null ? 'python3-reportlab' : wrapped),
    await benchJournalExport(ask),
  ];
}

const JOURNAL_SECONDS = 20;

/** The trail is too long to be read whole each time: what comes in a while tells whether it is streamed. */
async function benchJournalExport(
  ask: (path: string, seconds?: number) => Promise<Download>,
): Promise<BenchLine> {
  const got = await ask(`${paths.events.index}.csv`, JOURNAL_SECONDS);
  return {
    subject: `« Journal » of everything as CSV, its first ${JOURNAL_SECONDS} s`,
    measured: `first events after ${got.firstRows.toFixed(2)} s; ${said(got)}`,
    yardstick: `goals: streamed from the start (first events within 1 s), +${MOST_MEMORY} MB, p95 ${MOST_WAIT} ms`,
    met: got.firstRows <= 1 && (got.memory ?? 0) <= MOST_MEMORY && got.p95 <= MOST_WAIT,
  };
}
