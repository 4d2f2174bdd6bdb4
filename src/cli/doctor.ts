import { isDemonstration } from '../../seeds/demonstration.ts';
import { demonstrationFaults } from '../config/demonstration.ts';
import { type Environment, EnvironmentError, readEnvironment, secretFiles } from '../config/environment.ts';
import { compareClocks, TOLD, WRONG } from '../database/clock-watch.ts';
import { type Finding, fail, ok, warn } from '../database/doctor/finding.ts';
import { jobFindings } from '../database/doctor/jobs.ts';
import { ownerRoleFindings, portalRoleFindings } from '../database/doctor/roles.ts';
import { migrationFindings, tableFindings } from '../database/doctor/schema.ts';
import { knock, serverFindings } from '../database/doctor/server.ts';
import { explainFailure } from '../database/failure.ts';
import { type Database, openDatabase } from '../database/knex.ts';
import { sameDatabase } from '../database/same-database.ts';
import { readArguments } from './arguments.ts';
import { dataFindings, diskFindings, listFindings, secretFindings } from './doctor-files.ts';
import { keptFindings } from './doctor-kept.ts';
import { type CommandContext, hasDatabase, withDatabase } from './with-database.ts';

const { checkpoint, backup } = readArguments({
  name: 'npm run doctor',
  about: 'Looks at all that the portal stands on, and says what to do. Exit 1 where something fails.',
  options: {
    checkpoint: { type: 'string', value: 'FILE', about: 'the last checkpoint, whose age is told' },
    backup: {
      type: 'string',
      value: 'FILE_OR_FOLDER',
      about: 'the last backup, whose age is told: a file, or the newest portail-*.backup of a folder',
    },
  },
});

let failures = 0;

/** A line each: what was looked at, how it is, and what to do. */
function tell(...findings: Finding[]): void {
  for (const { level, subject, told, remedy } of findings) {
    if (level === 'FAIL') failures += 1;
    console.log(`${level.padEnd(4)}  ${subject}: ${told}${remedy === undefined ? '' : ` → ${remedy}`}`);
  }
}

/** Looks, and says what it sees where it cannot. */
async function look(subject: string, work: () => Promise<Finding[]>): Promise<void> {
  try {
    tell(...(await work()));
  } catch (error) {
    const why = error instanceof Error ? error.message.split(' - ').at(-1) : String(error);
    tell(fail(subject, `cannot be looked at (${why})`, 'see the lines above'));
  }
}

async function clockFindings(db: Database): Promise<Finding[]> {
  const difference = (await compareClocks(db)) ?? 0;
  const told = `${(Math.abs(difference) / 1_000).toFixed(1)} s from the database’s`;
  const remedy = 'set both machines by NTP';
  if (Math.abs(difference) > WRONG) return [fail('clock', told, remedy)];
  return [Math.abs(difference) > TOLD ? warn('clock', told, remedy) : ok('clock', told)];
}

async function reaches(db: Database, [subject, variable]: [string, string]): Promise<boolean> {
  try {
    await knock(db);
    return true;
  } catch (error) {
    const why = explainFailure(error) ?? (error instanceof Error ? error.message : String(error));
    tell(
      fail(subject, why.replace(/^DATABASE_URL: /, ''), `is ${variable} right, and does the server answer?`),
    );
    return false;
  }
}

/** What the start refuses of a database that holds demonstration data. */
const demonstrationFindings = (environment: Environment): Finding[] =>
  demonstrationFaults(environment).map((fault) =>
    fail('demonstration', fault, 'another database, or these settings: the portal does not start so'),
  );

async function addressFindings(db: Database, owner: Database): Promise<Finding[]> {
  const subject = 'addresses';
  if (await sameDatabase(db, owner)) return [ok(subject, 'both lead to one database')];
  const told = 'DATABASE_URL and DATABASE_OWNER_URL lead to two different databases';
  return [fail(subject, told, 'give both the same server and the same name of a database')];
}

async function examine({ db, url, ownerUrl, environment }: CommandContext): Promise<void> {
  if (!(await reaches(db, ['database', 'DATABASE_URL']))) return;
  await look('server', () => serverFindings(db));
  const { findings, isThere } = await migrationFindings(db);
  tell(...findings);
  const isAlone = environment.databaseUrl === null;
  if (isThere) {
    await look('role', () => portalRoleFindings(db, { isAlone }));
    await look('tables', () => tableFindings(db));
    await look('jobs', () => jobFindings(db));
    await look('demonstration', async () =>
      !isAlone && (await isDemonstration(db)) ? demonstrationFindings(environment) : [],
    );
  }
  if (ownerUrl !== url) {
    const owner = openDatabase(ownerUrl, { kind: 'commands', connections: 1 });
    const isReached = await reaches(owner, ['owner', 'DATABASE_OWNER_URL']);
    if (isReached) {
      await look('addresses', () => addressFindings(db, owner));
      if (isThere) await look('owner', () => ownerRoleFindings(owner, db));
    }
    await owner.destroy();
  }
  await look('clock', () => clockFindings(db));
}

function settings(): Environment | undefined {
  try {
    return readEnvironment();
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    tell(...error.faults.map((fault) => fail('settings', fault, 'correct the variable')));
    return undefined;
  }
}

const environment = settings();
if (environment) {
  tell(
    ...dataFindings(environment),
    ...diskFindings(environment),
    ...secretFindings(environment, secretFiles()),
    ...listFindings(environment, new Date()),
    ...keptFindings({ checkpoint, backup }, new Date()),
    // The embedded database is that of the demonstration, even before it is made.
    ...(environment.databaseUrl === null ? demonstrationFindings(environment) : []),
  );
  // Looking makes nothing.
  if (hasDatabase(environment)) await withDatabase(examine);
  else tell(fail('database', 'there is none yet', 'npm start makes it, or set DATABASE_URL'));
}
if (failures > 0) process.exitCode = 1;
