import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironment } from '../../../src/config/environment.ts';
import { eventually } from '../../tools/eventually.ts';
import { root } from '../../tools/sources.ts';
import { type Course, expect, type Step, untilReady } from './course.ts';
import { blockWith } from './document.ts';
import { browse, type Person, SITE } from './flow.ts';
import { readAsShell, readAsSystemd } from './settings.ts';
import { verifyUnits } from './units.ts';

const PASSWORD = 'trois lanternes sur un quai désert';
const ORGANISM = 'CAF-391';

/** The passwords that the block of the roles prints. */
async function makeRoles({ machine }: Course): Promise<{ owner: string; portal: string }> {
  const told = await machine.type('superuser', blockWith('OWNER_PASSWORD=$(openssl'));
  const [, owner = '', portal = ''] = /^owner ([0-9a-f]{48}), portal ([0-9a-f]{48})$/m.exec(told) ?? [];
  expect(owner !== '' && portal !== '', `the passwords are not told: ${told}`);
  return { owner, portal };
}

const databaseNumber = ({ machine }: Course) =>
  machine.type('superuser', `psql -Atd postgres -c "SELECT oid FROM pg_database WHERE datname = 'portail'"`);

/** Fills in an example of deploy/, as somebody would who has these passwords. */
function fillIn(course: Course, name: string, values: readonly [string, string][]): string {
  const file = course.machine.here(`/etc/${name}`);
  const example = course.machine.here(readFileSync(join(root, `deploy/${name}.example`), 'utf8'));
  const text = values.reduce((filled, [words, value]) => filled.replaceAll(words, value), example);
  expect(!text.includes('CHANGE'), `${name}: something was not filled in`);
  writeFileSync(file, text);
  chmodSync(file, name.includes('owner') ? 0o600 : 0o640);
  return file;
}

const roles: Step = {
  name: 'create-roles.sh makes the roles and the database; run again, it changes the passwords that it is given alone',
  async run(course) {
    const { machine, mailbox } = course;
    const bare = await machine.attempt('superuser', 'sh scripts/create-roles.sh');
    expect(
      bare.code !== 0 && /required to make the role/.test(bare.err),
      `made without password: ${bare.err}`,
    );
    const first = await makeRoles(course);
    const number = await databaseNumber(course);
    const again = await makeRoles(course);
    expect(first.owner !== again.owner, 'the second passwords are the first ones');
    expect((await databaseNumber(course)) === number, 'the database was made anew');
    const enter = (password: string) =>
      machine.attempt('superuser', `PGPASSWORD=${password} PGUSER=portail psql -d portail -c 'SELECT 1'`);
    expect((await enter(again.portal)).code === 0, 'the new password does not open');
    expect((await enter(first.portal)).code !== 0, 'the former password still opens');
    await machine.type('superuser', 'sh scripts/create-roles.sh');
    expect((await enter(again.portal)).code === 0, 'without passwords, the one that was there is changed');

    const place = `127.0.0.1:${machine.server.port}`;
    fillIn(course, 'portail.env', [
      ['portail:CHANGE@127.0.0.1', `portail:${again.portal}@${place}`],
      ['smtps://portail:CHANGE@mail.exemple.fr:465', mailbox.url],
      ['CHANGE', (await machine.type('superuser', 'openssl rand -hex 24')).trim()],
    ]);
    fillIn(course, 'portail-owner.env', [
      ['portail_owner:CHANGE@127.0.0.1', `portail_owner:${again.owner}@${place}`],
      ['PGHOST=127.0.0.1', `PGHOST=127.0.0.1\nPGPORT=${machine.server.port}`],
      ['CHANGE', again.owner],
    ]);
  },
};

const settings: Step = {
  name: 'systemd and a shell read the same settings, which the portal takes as production’s',
  async run({ machine }) {
    const [portal, owner] = [machine.here('/etc/portail.env'), machine.here('/etc/portail-owner.env')];
    for (const file of [portal, owner]) {
      const [one, other] = [readAsSystemd(file), readAsShell(file)];
      const differing = Object.keys({ ...one, ...other }).filter((name) => one[name] !== other[name]);
      expect(differing.length === 0, `${file}: ${differing.join(', ')} differ`);
    }
    const environment = readEnvironment(readAsSystemd(portal));
    expect(
      environment.production && environment.databaseOwnerUrl === null,
      'the portal has the owner’s address',
    );
    expect(environment.mailFrom === 'Espace Organismes <habilitations@ucanss.fr>', environment.mailFrom);
  },
};

const schema: Step = {
  name: 'the owner migrates, and the reference data are there',
  async run({ machine }) {
    const told = await machine.type('owner', blockWith('npm run -s db:migrate\nnpm run -s db:seed'));
    expect(/\d+ migrations done/.test(told), told);
  },
};

const processes: Step = {
  name: 'the units are such as systemd takes, and start two portals and a worker with DATABASE_URL alone',
  async run(course) {
    const { machine, supervisor, units, notes } = course;
    const faults = verifyUnits(units);
    notes.push(
      faults === null ? 'systemd-analyze is not installed: units were not verified' : 'units verified',
    );
    expect(!faults?.length, faults?.join('; ') ?? '');
    for (const port of ['3001', '3002']) supervisor.start(`portail@${machine.ports.get(port)}`);
    supervisor.start('portail-worker');
    for (const port of ['3001', '3002', '3003']) await untilReady(course, port);
  },
};

/** Chooses the password of whoever got this link, and is then signed in. */
async function activate({ proxy }: Course, link: string, { password }: Person): Promise<string> {
  const agent = browse(proxy);
  const { pathname } = new URL(link);
  const form = await agent.get(pathname);
  const after = await agent.submit(form, 'Enregistrer', { password, confirmation: password });
  const { heading } = await agent.follow(after);
  agent.close();
  return heading;
}

async function linkFor({ mailbox }: Course, email: string): Promise<string> {
  const found = () =>
    mailbox.received
      .filter(({ recipients }) => recipients.includes(email))
      .flatMap(
        ({ source }) => source.replace(/=\r?\n/g, '').match(/https:\/\/\S+\/activation\/[\w-]{43}/) ?? [],
      )
      .at(0);
  await eventually(() => found() !== undefined, 60);
  return found() ?? '';
}

const firstPerson: Step = {
  name: 'doctor finds nothing wrong, and the link of admin:create lets the first administrator in',
  async run(course) {
    const told = await course.machine.type('portal', blockWith('npm run -s admin:create'));
    const unwell = told.split('\n').filter((line) => /^(WARN|FAIL)/.test(line));
    expect(unwell.length === 0, `doctor: ${unwell.join('; ')}`);
    const link = /https:\/\/\S+\/activation\/\S+/.exec(told)?.[0] ?? '';
    expect(link.startsWith(SITE), `no link was printed: ${told}`);
    course.national = { email: 'prenom.nom@ucanss.fr', password: PASSWORD };
    expect((await activate(course, link, course.national)) === 'À faire', 'the link does not let in');
    const token = link.split('/').at(-1) ?? '';
    expect(!course.proxy.log().includes(token), 'the proxy’s log holds the secret of the link');
  },
};

const firstPeople: Step = {
  name: 'accounts first, then the first local administrator, who then works',
  async run(course) {
    const agent = browse(course.proxy);
    await agent.signIn(course.national.email, course.national.password);
    const naming = `/gestion/administrateurs-locaux/nouveau?perimetre=${ORGANISM}`;
    const before = (await agent.get(naming)).texts('button').filter((name) => name.startsWith('Désigner'));
    expect(before.length === 0, 'somebody can be named who has no account');
    const form = await agent.get(`/gestion/comptes/nouveau?perimetre=${ORGANISM}`);
    const local = { email: 'premiere@caf39.caf.fr', password: PASSWORD };
    const created = await agent.submit(form, 'Créer le compte', {
      ...{ nom: 'Première', prenom: 'Anne', email: local.email },
    });
    expect((await agent.follow(created)).heading === 'Anne PREMIÈRE', 'the account was not created');
    const page = await agent.submit(await agent.get(naming), 'Désigner Anne PREMIÈRE administrateur local');
    const named = await agent.follow(await agent.submit(page, 'Confirmer'));
    expect(named.status === 200, `naming answered ${named.status}`);
    agent.close();

    await activate(course, await linkFor(course, local.email), local);
    const own = browse(course.proxy);
    await own.signIn(local.email, local.password);
    const { heading } = await own.visit('/gestion/comptes');
    expect(heading === 'Gestion des comptes', `the local administrator sees « ${heading} »`);
    own.close();
  },
};

export const installing: readonly Step[] = [roles, settings, schema, processes, firstPerson, firstPeople];
