import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { loadDemonstration } from '../seeds/demonstration.ts';
import { FEWEST_ACCOUNTS, MOST_ACCOUNTS, populate } from '../seeds/population.ts';
import { loadReference } from '../seeds/reference.ts';
import { readArguments, refuse, wholeNumber } from '../src/cli/arguments.ts';
import { end, fail, onStop } from '../src/cli/ending.ts';
import { createProgress } from '../src/cli/progress.ts';
import { refuseInvalidIndexes } from '../src/database/aside.ts';
import { startEmbeddedServer } from '../src/database/embedded/server.ts';
import { type Database, openDatabase } from '../src/database/knex.ts';
import { migrateUp } from '../src/database/migrate.ts';
import { systemClock } from '../src/domain/clock.ts';
import { hashPassword } from '../src/security/passwords.ts';
import { benchAccountLists } from './account-lists.ts';
import { benchBulk } from './bulk.ts';
import { benchDirectory } from './directory.ts';
import { benchExports } from './exports.ts';
import { benchGrowth } from './growth.ts';
import { benchJournal } from './journal.ts';
import { type BenchLine, type Measured, printLine, printTable } from './line.ts';
import { benchLists } from './lists.ts';
import { benchPage } from './page.ts';
import { benchPeople } from './people.ts';
import { benchRequests } from './requests.ts';
import { benchSearch } from './search.ts';
import { benchStart } from './start.ts';
import { benchTrail } from './trail.ts';
import { lengthenTrail } from './trail-population.ts';

// `npm run bench -- --accounts 150000 --events 2000000 --only page,exports --json FILE`: every figure beside its
// yardstick, in one run. Each population is made once and kept in var/bench; the first time takes some minutes.
const MOST_EVENTS = 100_000_000;

interface Stage extends Measured {
  url: string;
  folder: string;
  accounts: number;
}

const SECTIONS: Record<string, (stage: Stage) => Promise<BenchLine[]>> = {
  start: () => benchStart(),
  lists: benchLists,
  accounts: benchAccountLists,
  requests: benchRequests,
  directory: benchDirectory,
  journal: benchJournal,
  search: benchSearch,
  page: ({ db, url, folder }) => benchPage(db, url, folder),
  growth: ({ url, folder, accounts }) => benchGrowth({ url, folder, accounts }, withPopulation),
  exports: ({ db, url, folder }) => benchExports(db, url, folder),
  bulk: benchBulk,
  people: benchPeople,
  trail: ({ db, url }) => benchTrail(db, url),
};

const options = readArguments({
  name: 'npm run bench',
  about: 'Every figure beside its yardstick. Each population is made once and kept in var/bench.',
  options: {
    accounts: { type: 'string', value: 'N', default: '150000', about: 'how many accounts' },
    events: {
      type: 'string',
      value: 'N',
      default: '2000000',
      about: 'how many events the trail has at least',
    },
    only: {
      type: 'string',
      value: 'NAME,NAME',
      default: Object.keys(SECTIONS).join(),
      about: 'some of the sections',
    },
    json: { type: 'string', value: 'FILE', about: 'writes the lines for a program' },
  },
});
const accounts = wholeNumber('accounts', options.accounts, [FEWEST_ACCOUNTS, MOST_ACCOUNTS]);
const events = wholeNumber('events', options.events, [0, MOST_EVENTS]);
const chosen = options.only.split(',').map((name) => {
  const section = SECTIONS[name];
  return section ?? refuse(`--only takes some of ${Object.keys(SECTIONS).join(', ')}.`);
});

/** A database of the bench with its population, made the first time. */
async function withPopulation(size: number, use: (stage: Stage) => Promise<void>): Promise<void> {
  const folder = join(import.meta.dirname, '../var/bench', String(size));
  mkdirSync(folder, { recursive: true });
  const server = await startEmbeddedServer({ dataDirectory: folder, logger: pino({ level: 'silent' }) });
  const db = openDatabase(server.url, { kind: 'commands' });
  const limited = {
    pages: openDatabase(server.url, { kind: 'pages' }),
    batches: openDatabase(server.url, { kind: 'batches' }),
  };
  try {
    await migrateUp(server.url);
    await loadReference(db, { clock: systemClock });
    await loadDemonstration(db, { clock: systemClock, hashPassword });
    const { count } = (await db('accounts').count().first()) as { count: number };
    const progress = createProgress();
    if (count < size) await populate(db, { accounts: size, onProgress: progress.show });
    progress.end();
    await refuseInvalidIndexes(db);
    await forgetMessages(db);
    await use({ db, ...limited, url: server.url, folder, accounts: size });
  } finally {
    await Promise.all([db, ...Object.values(limited)].map((pool) => pool.destroy()));
    await server.stop();
  }
}

/** What acts of an earlier run still have to say would be sent while something else is measured. */
async function forgetMessages(db: Database): Promise<void> {
  if (!(await db.schema.withSchema('graphile_worker').hasTable('jobs'))) return;
  await db.raw('SELECT graphile_worker.complete_jobs(ARRAY(SELECT id FROM graphile_worker.jobs))');
  await db('messages').where({ status: 'queued' }).delete();
}

/** A line as who reads the file has it. */
const asGoal = ({ subject, measured, yardstick: goal, met }: BenchLine) => ({ subject, measured, goal, met });

onStop((_signal, code) => void end(code));
const lines: BenchLine[] = [];
await withPopulation(accounts, async (stage) => {
  await lengthenTrail(stage.db, events);
  await refuseInvalidIndexes(stage.db);
  for (const section of chosen) {
    for (const line of await section(stage)) {
      printLine(line);
      lines.push(line);
    }
  }
}).catch((error: unknown) => fail(error, error));
console.log(
  `\n${accounts} accounts, ${lines.filter(({ met }) => met === false).length} of ${lines.length} goals missed`,
);
console.log(
  `load of the machine at the end: ${loadavg()
    .map((load) => load.toFixed(1))
    .join(', ')}\n`,
);
printTable(lines);
if (options.json !== undefined)
  writeFileSync(options.json, `${JSON.stringify({ lines: lines.map(asGoal) }, null, 2)}\n`);
