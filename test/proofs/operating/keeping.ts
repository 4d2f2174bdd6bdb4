import { globSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironment } from '../../../src/config/environment.ts';
import { openDatabase } from '../../../src/database/knex.ts';
import { recordEvents } from '../../../src/database/transaction.ts';
import { job } from '../../../src/domain/audit-event.ts';
import { createTestClock } from '../../tools/clock.ts';
import { textOf } from '../../tools/sources.ts';
import { promisedConnections } from '../house/connections.ts';
import { type Course, expect, type Step, untilReady } from './course.ts';
import { blockWith, otherBlocks, said } from './document.ts';
import { connectionsUnder, crowd, memoryOf } from './figures.ts';
import { browse } from './flow.ts';
import type { Machine } from './machine.ts';
import { readAsSystemd } from './settings.ts';

const figures: Step = {
  name: 'two portals and a worker in a crowd take no more connections than promised',
  async run({ machine, supervisor, proxy, national, notes }) {
    const [first, second] = ['3001', '3002'].map((port) => `portail@${machine.ports.get(port)}`);
    const memory = [first, second, 'portail-worker'].map((name) => memoryOf(supervisor.pidOf(name ?? '')));
    const atRest = await connectionsUnder(machine.server, async () => {});
    const crowded = await connectionsUnder(machine.server, () => crowd(proxy, national));
    const most = 2 * promisedConnections('portal') + promisedConnections('worker');
    expect(crowded.most <= most, `${crowded.most} connections, of ${most} promised`);
    const shown = memory.map((megabytes) => megabytes?.toFixed(0) ?? '?').join(', ');
    const [portal, worker] = [/(\d+) MB at rest, a worker/, /MB at rest, a worker (\d+)/].map(said);
    notes.push(
      `memory at rest, of two portals and a worker: ${shown} MB, told as ${portal} and ${worker}; connections: ${atRest.last} at rest, ${crowded.most} in a crowd, ${most} promised`,
    );
  },
};

/** The files of a kind in /safe, each of which is for its owner alone. */
function kept(course: Course, pattern: string): string[] {
  const files = globSync(course.machine.here(`/safe/${pattern}`));
  for (const file of files) {
    const mode = statSync(file).mode & 0o777;
    expect(mode === 0o600, `${file} has mode ${mode.toString(8)}`);
  }
  return files;
}

/** The commands of deploy/portail.cron, as cron gives them to a shell. */
const cronCommands = (): string[] =>
  [...textOf('deploy/portail.cron').matchAll(/^\d+ \d+ \* \* \* portail (.*)$/gm)].map(([, command = '']) =>
    command.replaceAll('\\%', '%'),
  );

const night: Step = {
  name: 'the units of the night, then the lines of cron, leave a backup and a checkpoint for their owner alone',
  async run(course) {
    const { machine, supervisor } = course;
    await supervisor.once('portail-backup');
    await supervisor.once('portail-checkpoint');
    expect(kept(course, 'portail-*.backup').length === 1, 'the unit left no backup');
    expect(kept(course, 'trail.json').length === 1, 'the unit left no checkpoint');
    await machine.type('superuser', 'rm /safe/portail-*.backup');
    const commands = cronCommands();
    expect(commands.length === 2, 'deploy/portail.cron does not have its two lines');
    for (const command of commands) {
      const { code, err } = await machine.attempt('superuser', `umask 077\n${command}`);
      expect(code === 0 && err === '', `cron: ${command}: ${err}`);
    }
    expect(kept(course, 'portail-*.backup').length === 1, 'cron left no backup');
    await machine.type('superuser', 'rm /safe/portail-*.backup');
  },
};

/** Makes the database that a restoration is tried in, and what is typed to work on it. */
async function another({ machine }: Course, name: string): Promise<string> {
  const { OWNER, PORTAL } = passwords(machine);
  await machine.type('superuser', `PORTAL_DATABASE=${name} sh scripts/create-roles.sh`);
  const place = (role: string, password: string) =>
    `'postgres://${role}:${password}@127.0.0.1:${machine.server.port}/${name}'`;
  return `export DATABASE_URL=${place('portail', PORTAL)} DATABASE_OWNER_URL=${place('portail_owner', OWNER)} PGDATABASE=${name}`;
}

/** The passwords of the two roles, as the files of the settings have them. */
function passwords({ here }: Machine) {
  const passwordIn = (file: string, variable: string) =>
    new URL(readAsSystemd(here(file))[variable] ?? '').password;
  return {
    OWNER: passwordIn('/etc/portail-owner.env', 'DATABASE_OWNER_URL'),
    PORTAL: passwordIn('/etc/portail.env', 'DATABASE_URL'),
  };
}

const restoration: Step = {
  name: 'a backup of one command is restored into another database, with the passwords that there are',
  async run(course) {
    const { machine } = course;
    const told = await machine.type('portal', blockWith('npm run -s backup'));
    expect(/SHA-256 [0-9a-f]{64}/.test(told), told);
    expect(kept(course, 'by-hand.backup').length === 1, 'there is no such backup');
    await machine.type('portal', 'mv /safe/by-hand.backup /safe/portail-2026-11-29.backup');
    await machine.type('superuser', blockWith('PORTAL_DATABASE=portail_essai sh'));
    const restored = await machine.type('owner', blockWith('essai()'));
    expect(restored.match(/chain intact/g)?.length === 2, restored);
  },
};

const anew: Step = {
  name: 'everything is stopped, and the backup restored in the place of a database whose last events are lost',
  async run(course) {
    const { machine, supervisor, proxy, national } = course;
    const agent = browse(proxy);
    await agent.signIn(national.email, national.password);
    agent.close();
    await supervisor.once('portail-checkpoint');
    await machine.type('owner', blockWith('systemctl stop portail@3001'));
    await machine.type('superuser', blockWith('DROP DATABASE IF EXISTS portail'));
    const restored = await machine.type('owner', blockWith('npm run restore'));
    expect(/chain intact/.test(restored), restored);
    const verify = said(/`(npm run audit:verify -- --checkpoint [^`]*)`\. A checkpoint later/);
    const { code, out, err } = await machine.attempt('portal', verify);
    expect(
      code === 1 && /event \d+ is missing: the checkpoint attests events up to \d+/.test(out + err),
      `what was lost is not told: ${out}${err}`,
    );
    await machine.type('portal', blockWith('mv /safe/trail.json /safe/trail-lost'));
    await machine.type('owner', blockWith('systemctl start portail@3001'));
    for (const port of ['3001', '3002', '3003']) await untilReady(course, port);
    await supervisor.once('portail-checkpoint');
    const seen = await machine.type('portal', blockWith('npm run -s doctor -- --backup'));
    const unwell = seen.split('\n').filter((line) => /^(WARN|FAIL)/.test(line));
    expect(unwell.length === 0, `doctor: ${unwell.join('; ')}`);
  },
};

const dump: Step = {
  name: 'pg_dump leaves a file for its owner alone, and pg_restore brings it back',
  async run(course) {
    const { machine } = course;
    await machine.type('owner', blockWith('pg_dump --format'));
    expect(kept(course, 'portail.dump').length === 1, 'there is no dump');
    const elsewhere = await another(course, 'portail_copie');
    const told = await machine.type('owner', blockWith('pg_restore --exit'), elsewhere);
    expect(/chain intact/.test(told), told);
    const left = `psql -Atc 'SELECT count(*) FROM sessions'`;
    expect((await machine.type('owner', left, elsewhere)).trim() === '0', 'sessions are open again');
  },
};

const trail: Step = {
  name: 'the trail is verified, signed, and verified beside what was signed, by its key too',
  async run({ machine }) {
    const block = blockWith('npm run audit:checkpoint');
    const signed = await machine.type('portal', 'npm run -s audit:checkpoint -- /safe/trail.json');
    const key = /SHA256:\S+/.exec(signed)?.[0] ?? '';
    const told = await machine.type('portal', block.replace('SHA256:…', key));
    expect(told.match(/chain intact/g)?.length === 3, told);
  },
};

/** Events of the three months that the document drops; as the owner, who alone may date them. */
export async function recordOldMonths({ machine }: Course): Promise<void> {
  const url = readAsSystemd(machine.here('/etc/portail-owner.env')).DATABASE_OWNER_URL ?? '';
  const db = openDatabase(url, { kind: 'commands' });
  const clock = createTestClock();
  try {
    for (const month of ['2024-09', '2024-10', '2024-11']) {
      clock.set(`${month}-15T12:00:00Z`);
      await recordEvents({ db, clock, actor: job('end-dates') }, { action: 'sign_out', details: {} });
    }
  } finally {
    await db.destroy();
  }
}

const purge: Step = {
  name: 'old months of the trail are dropped, and what is left verifies beside its checkpoint, which the night follows',
  async run({ machine, supervisor }) {
    const [ask = '', seal = ''] = blockWith('--keep-from').split('\n');
    const first = (await machine.type('owner', ask)).trim();
    expect(/^\d+$/.test(first), `the first event to keep: ${first}`);
    await machine.type('portal', seal.replace('674', first));
    const sql = blockWith('DROP TABLE audit_events_2024_09').replaceAll('674', first);
    await machine.type('owner', `psql --quiet <<'SQL'\n${sql}SQL`);
    const verify = 'npm run -s audit:verify';
    const beside = await machine.type('portal', `${verify} -- --checkpoint /safe/purge.json`);
    expect(/chain intact/.test(beside), beside);
    expect(
      (await machine.attempt('portal', verify)).code === 1,
      'alone, the chain does not miss its first event',
    );
    await machine.type('portal', blockWith('mv /safe/purge.json'));
    await supervisor.once('portail-checkpoint');
  },
};

const looks: Step = {
  name: 'every statement to look with is one that the owner’s database answers',
  async run({ machine }) {
    for (const sql of otherBlocks('sql'))
      await machine.type('owner', `psql --set=ON_ERROR_STOP=1 <<'SQL'\n${sql}SQL`);
  },
};

const secrets: Step = {
  name: 'the secrets of containers are files that others of the machine do not reach, and the portal reads',
  async run({ machine }) {
    const folder = join(machine.folder, 'compose');
    mkdirSync(folder);
    await machine.type('superuser', blockWith('mkdir -m 700 secrets'), `cd ${folder}`);
    const [outer, inner] = ['secrets', 'secrets/session_secret'].map(
      (name) => statSync(join(folder, name)).mode & 0o777,
    );
    expect(outer === 0o700 && inner === 0o444, `modes ${outer?.toString(8)} and ${inner?.toString(8)}`);
    const variables = ['DATABASE_URL', 'DATABASE_OWNER_URL', 'SESSION_SECRET', 'FACTOR_KEY', 'SMTP_URL'];
    const given = variables.map((name) => [`${name}_FILE`, join(folder, 'secrets', name.toLowerCase())]);
    const environment = readEnvironment({
      ...{ NODE_ENV: 'production', BASE_URL: 'http://localhost:3000' },
      ...(Object.fromEntries(given) as Record<string, string>),
    });
    const { password } = new URL(environment.databaseUrl ?? '');
    expect(
      readFileSync(join(folder, 'secrets/portal_password'), 'utf8').trim() === password,
      'two passwords',
    );
  },
};

export const keeping: readonly Step[] = [
  figures,
  night,
  trail,
  restoration,
  anew,
  dump,
  purge,
  looks,
  secrets,
];
