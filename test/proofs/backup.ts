import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { createRandom } from '../../seeds/people/random.ts';
import { BackupFault, openBackup } from '../../src/database/backup/file.ts';
import { openDatabase } from '../../src/database/knex.ts';
import { rowsOf } from '../tools/backup-rows.ts';
import { contentsOf } from '../tools/contents.ts';
import { spawnPortal } from '../tools/process.ts';
import { createLoad, gatherActors, isAcknowledged, type Load } from './house/acts.ts';
import { createBareHouseDatabase, dropHouseDatabase, type HouseUrls } from './house/database.ts';
import type { House } from './house/house.ts';
import { readLedger } from './house/ledger.ts';
import type { Proof, ProofContext, ProofResult } from './proof.ts';

const BACKUPS = { short: 1, whole: 6 };
/** Files cut or altered by one byte, for each backup. */
const BAD_FILES = { short: 40, whole: 400 };
/** Milliseconds of acts before each backup. */
const ACTS_BEFORE = 2_000;

/** What one backup and its restoration were. */
interface Course extends ProofResult {
  acts: number;
  slowest: number;
}

export const backup: Proof = {
  name: 'backup',
  subject: 'backups while people act, restored elsewhere: what was acknowledged is there, the trail intact',
  everyServer: true,
  async run(context) {
    const folder = mkdtempSync(join(tmpdir(), 'portail-backup-'));
    try {
      return await prove(context, folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function prove(context: ProofContext, folder: string): Promise<ProofResult> {
  const size = context.short ? 'short' : 'whole';
  const house = await context.openHouse({ portals: 2, workers: 1 });
  const load = createLoad(await gatherActors(house), house.portals);
  const course: Course = { cases: 0, failures: [], acts: 0, slowest: 0 };
  load.start();
  for (let rank = 1; rank <= BACKUPS[size]; rank += 1) {
    const file = join(folder, `${rank}.backup`);
    await backUp({ house, load, file, folder, course });
  }
  await load.stop();
  await tryBadFiles(context.seed, { file: join(folder, '1.backup'), count: BAD_FILES[size], course });
  const note = [
    `${course.acts} acts acknowledged while backups were made`,
    `the slowest answered in ${course.slowest.toFixed(0)} ms`,
    `seed ${context.seed}`,
  ];
  return { cases: course.cases, failures: course.failures, note: note.join('; ') };
}

/** Runs a command of the portal; what it said where it failed. */
async function command(
  name: string,
  urls: Pick<HouseUrls, 'portal'> & Partial<HouseUrls>,
  options: readonly string[],
): Promise<{ fault: string | null; out: string }> {
  const [file = ''] = options;
  const environment = {
    ...{ DATABASE_URL: urls.portal, DATA_DIR: join(file, '../var'), LOG_LEVEL: 'silent' },
    ...(urls.owner ? { DATABASE_OWNER_URL: urls.owner } : {}),
  };
  const run = spawnPortal(environment, [process.execPath, join('src', 'cli', `${name}.ts`), ...options]);
  const code = await run.ended;
  const { out, err } = run.output();
  return {
    fault: code === 0 ? null : `${name} ended with ${code}: ${err.split('\n').slice(-3).join(' ')}`,
    out,
  };
}

async function backUp({
  house,
  load,
  file,
  folder,
  course,
}: {
  house: House;
  load: Load;
  file: string;
  folder: string;
  course: Course;
}): Promise<void> {
  await sleep(ACTS_BEFORE);
  const began = performance.now();
  // As the portal's own role: nobody needs the owner's password to back up.
  const taken = await command('backup', { portal: house.url }, [file]);
  const during = load.acts.filter((act) => act.begun > began && isAcknowledged(act));
  course.acts += during.length;
  course.slowest = Math.max(course.slowest, ...during.map(({ answer }) => answer.took));
  course.cases += 1;
  if (taken.fault !== null) return void course.failures.push(taken.fault);
  if (during.length === 0) course.failures.push('nobody could act while a backup was made');

  const urls = await createBareHouseDatabase(house.server);
  const db = openDatabase(urls.admin, { kind: 'commands', connections: 2 });
  try {
    const restored = await command('restore', urls, [file]);
    if (restored.fault !== null) return void course.failures.push(restored.fault);
    if (!restored.out.includes('chain intact')) course.failures.push(`restored: ${restored.out}`);
    // What else was answered is judged by other proofs.
    const before = load.acts.filter((act) => isAcknowledged(act) && act.begun + act.answer.took < began);
    course.failures.push(...(await readLedger({ db }, before)).failures);
    // Backed up again it is the same, row for row.
    const again = join(folder, 'again.backup');
    const second = await command('backup', urls, [again, '--force']);
    if (second.fault !== null) course.failures.push(second.fault);
    else course.failures.push(...(await differences(file, again)));
    // In use by now: nothing is restored over it.
    const contents = JSON.stringify(await contentsOf(db));
    const refused = await command('restore', urls, [file]);
    if (refused.fault === null || JSON.stringify(await contentsOf(db)) !== contents)
      course.failures.push('a database in use was restored into');
  } finally {
    await db.destroy();
    await dropHouseDatabase(house.server, urls);
  }
}

async function differences(one: string, other: string): Promise<string[]> {
  const [was, is] = [await rowsOf(one), await rowsOf(other)];
  return [...was].flatMap(([table, rows]) => {
    const kept = new Set(is.get(table));
    const lost = rows.filter((row) => !kept.has(row));
    return isDeepStrictEqual(rows, is.get(table))
      ? []
      : [
          `${table} is not what it was when it was backed up; lost: ${lost.slice(0, 3).join(' | ') || 'none'}`,
        ];
  });
}

/** Files cut anywhere, and with one byte changed anywhere: each is found before anything of it is used. */
async function tryBadFiles(
  seed: number,
  { file, count, course }: { file: string; count: number; course: Course },
): Promise<void> {
  const chance = createRandom(seed);
  const whole = readFileSync(file);
  const bad = `${file}.bad`;
  for (let rank = 0; rank < count; rank += 1) {
    const at = chance.below(whole.length);
    const isCut = rank % 2 === 0;
    const bytes = isCut ? whole.subarray(0, at) : Buffer.from(whole);
    if (!isCut) bytes[at] = (whole[at] ?? 0) ^ (1 << chance.below(8));
    writeFileSync(bad, bytes);
    course.cases += 1;
    const opened = await openBackup(bad, () => {}).catch((error: unknown) => error);
    if (!(opened instanceof BackupFault))
      course.failures.push(`a file ${isCut ? 'cut' : 'altered'} at byte ${at} was taken for a backup`);
  }
}
