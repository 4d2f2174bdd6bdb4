import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { Database } from '../src/database/knex.ts';
import type { Row } from '../src/exports/table.ts';
import { assignmentRows, PEOPLE_COLUMNS, peopleRow } from '../src/presenters/entitlements.ts';
import { createLabels } from '../src/repositories/labels.ts';
import { entitlementList } from '../src/repositories/lists/entitlements.ts';
import type { BenchLine } from './line.ts';
import { load } from './load.ts';
import type { BenchedPortal } from './portal.ts';
import { memoryOf } from './process.ts';

const execute = promisify(execFile);

interface Download {
  seconds: number;
  megabytes: number;
  /** Megabytes of memory above what the process had before. */
  memory: number | null;
  /** 95th percentile of another page asked for meanwhile, in milliseconds. */
  p95: number;
}

async function download(portal: BenchedPortal, cookie: string, path: string): Promise<Download> {
  const before = memoryOf(portal.pid);
  let peak = before ?? 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, memoryOf(portal.pid) ?? 0);
  }, 50);
  const start = performance.now();
  const meanwhile = load({ url: `${portal.url}/connexion` }, 1, 2);
  const response = await fetch(portal.url + path, { headers: { Cookie: cookie } });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  let bytes = 0;
  for await (const chunk of response.body ?? []) bytes += chunk.length;
  const seconds = (performance.now() - start) / 1000;
  clearInterval(watch);
  const { p95 } = await meanwhile;
  return { seconds, megabytes: bytes / 1e6, memory: before === null ? null : peak - before, p95 };
}

const EVERYONE = { organismId: null, name: '', words: '', sort: 'nom', direction: 'asc' } as const;

/** The rows of both sheets as the yardsticks read them; returns the files. */
async function writeRows(db: Database, folder: string): Promise<{ people: string; grants: string }> {
  const source = createLabels(db);
  const labels = await source.current();
  const list = entitlementList(db, source);
  const today = new Date().toISOString().slice(0, 10);
  const reading = { today, signal: new AbortController().signal, batch: 1000 };
  const files = { people: join(folder, 'people.jsonl'), grants: join(folder, 'grants.jsonl') };
  await writeLines(files.people, list.stream(EVERYONE, reading), (person) => [peopleRow(person, labels)]);
  await writeLines(files.grants, list.streamGrants(EVERYONE, reading), (person) =>
    assignmentRows(person, labels),
  );
  return files;
}

async function writeLines<T>(
  file: string,
  batches: AsyncIterable<T[]>,
  toRows: (record: T) => readonly Row[],
): Promise<void> {
  const lines = (batch: T[]) => batch.flatMap(toRows).map((row) => `${JSON.stringify(row)}\n`);
  await pipeline(
    Readable.from(batches).map((batch: T[]) => lines(batch).join('')),
    createWriteStream(file),
  );
}

async function yardstick(script: string, args: readonly string[]): Promise<number | null> {
  try {
    const { stdout } = await execute('/usr/bin/python3', [
      join(import.meta.dirname, 'yardsticks', script),
      ...args,
    ]);
    return Number(stdout.trim());
  } catch {
    return null;
  }
}

const said = ({ seconds, megabytes, memory, p95 }: Download) =>
  `${seconds.toFixed(2)} s, ${megabytes.toFixed(1)} MB, memory ${memory === null ? 'unknown' : `+${memory.toFixed(0)} MB`}, other pages’ p95 ${p95.toFixed(1)} ms`;

function line(subject: string, got: Download, reference: number | null, name: string): BenchLine {
  const within = (got.memory ?? 0) <= 150 && got.p95 <= 10;
  return {
    subject: `${subject} (goal ≤ 0.5 of the yardstick’s time, +150 MB, p95 10 ms)`,
    measured: said(got) + (reference === null ? '' : `, ratio ${(got.seconds / reference).toFixed(2)}`),
    yardstick:
      reference === null ? `${name}: not installed on this machine` : `${name}: ${reference.toFixed(2)} s`,
    met: within && reference !== null && got.seconds <= reference / 2,
  };
}

/** Excel and PDF of everyone, through HTTP, beside Debian's libraries on the same rows; Excel of one organism. */
export async function benchExports(
  db: Database,
  portal: BenchedPortal,
  cookie: string,
  folder: string,
): Promise<BenchLine[]> {
  const { people, grants } = await writeRows(db, folder);
  const { rows: sizes } = await db.raw(
    'SELECT o.code, count(*) AS people FROM accounts a JOIN organisms o ON o.id = a.organism_id GROUP BY o.code ORDER BY 2 DESC LIMIT 1',
  );
  const [largest] = sizes;
  const one = await download(portal, cookie, `/gestion/etat.xlsx?perimetre=${largest.code}`);
  const excel = await download(portal, cookie, '/gestion/etat.xlsx');
  const xlsxwriter = await yardstick('xlsxwriter.py', [join(folder, 'yardstick.xlsx'), people, grants]);
  const pdf = await download(portal, cookie, '/gestion/etat.pdf');
  const widths = PEOPLE_COLUMNS.map(({ width }) => width).join(',');
  const canvas = [people, join(folder, 'yardstick.pdf'), widths];
  const reportlab = await yardstick('reportlab.py', [...canvas, '--wrap']);
  const overprinted = await yardstick('reportlab.py', canvas);
  return [
    {
      subject: `Excel of the largest organism, ${largest.people} people (goal < 2 s)`,
      measured: said(one),
      yardstick: 'the goal itself',
      met: one.seconds < 2,
    },
    line('Excel of everyone, two sheets', excel, xlsxwriter, 'xlsxwriter, the same two sheets'),
    line(
      'PDF of everyone',
      pdf,
      reportlab,
      `reportlab canvas (${overprinted?.toFixed(2)} s a line a person, its columns overprinted), wrapped as ours`,
    ),
  ];
}
