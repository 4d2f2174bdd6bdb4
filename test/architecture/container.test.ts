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
    const start = lines.indexOf(`${indent}${key}:`);
    assert.notEqual(start, -1, `docker-compose.yml has no ${keys.join('.')}`);
    const rest = lines.slice(start + 1);
    const end = rest.findIndex((line) => line.trim() !== '' && !line.startsWith(`${indent}  `));
    return end === -1 ? rest : rest.slice(0, end);
  }, textOf('docker-compose.yml').split('\n'));
}

/** The environment of a service, as written. */
function environmentOf(service: string): Record<string, string> {
  const pairs = block('services', service, 'environment').map((line) => /^ {6}([A-Z_]+): (.+)$/.exec(line));
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '?', pair?.[2] ?? '']));
}

/** What docker compose makes of ${NAME:-default} and ${NAME:?message}. */
const filled = (value: string, secret: string) =>
  value.replace(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1').replace(/\$\{[A-Z_]+:\?[^}]*\}/g, secret);

describe('Dockerfile', () => {
  test('its Node.js is the major that package.json asks for, in every stage', () => {
    const { engines } = JSON.parse(textOf('package.json')) as { engines: { node: string } };
    const major = /^>=(\d+)$/.exec(engines.node)?.[1];
    const images = valuesOf('FROM').map((value) => value.split(' ')[0]);
    assert.ok(images.length > 0);
    assert.deepEqual([...new Set(images)], [`node:${major}-slim`]);
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

describe('docker-compose.yml', () => {
  const portal = environmentOf('portal');

  test('every variable of the portal is one that it reads, and they are enough to start', () => {
    for (const name of Object.keys(portal)) assert.ok(VARIABLES.includes(name), name);
    const given = Object.entries(portal).map(([name, value]) => [name, filled(value, 'a'.repeat(48))]);
    const environment = readEnvironment({ ...imageEnvironment, ...Object.fromEntries(given) });
    assert.equal(environment.production, true);
    assert.notEqual(environment.databaseOwnerUrl, null);
    assert.notEqual(environment.databaseOwnerUrl, environment.databaseUrl);
  });

  test('it holds no secret: each comes from .env, which is neither in the repository nor in the image', () => {
    const all = { ...environmentOf('database'), ...portal };
    for (const [name, value] of Object.entries(all)) {
      if (/SECRET|PASSWORD|DATABASE/.test(name)) assert.match(value, /\$\{\w+:\?[^}]+\}/, name);
    }
    assert.ok(textOf('.gitignore').split('\n').includes('.env'));
  });

  test('its two roles and its database are those that scripts/create-roles.sh makes', () => {
    const script = textOf('scripts/create-roles.sh');
    for (const [name, variable] of [
      ['DATABASE_URL', 'PORTAL_PASSWORD'],
      ['DATABASE_OWNER_URL', 'OWNER_PASSWORD'],
    ] as const) {
      const { username, pathname, hostname } = new URL(filled(portal[name] ?? '', 'secret'));
      assert.ok(portal[name]?.includes(`\${${variable}:?`), name);
      assert.match(script, new RegExp(`^CREATE ROLE ${username} LOGIN `, 'm'));
      assert.match(script, new RegExp(`^CREATE DATABASE ${pathname.slice(1)} OWNER portail_owner `, 'm'));
      assert.ok(block('services', hostname).length > 0);
      assert.ok(script.includes(`${variable}:?`) && environmentOf('database')[variable] !== undefined);
    }
  });

  test('the files that it mounts exist', () => {
    const mounted = textOf('docker-compose.yml').matchAll(/- (\.\/[^:]+):/g);
    const paths = [...mounted].map(([, path = '']) => path);
    assert.deepEqual(paths, ['./scripts/create-roles.sh']);
    for (const path of paths) assert.ok(existsSync(join(root, path)), path);
  });
});

test('docs/operating.md tells every variable', () => {
  const guide = textOf('docs/operating.md');
  assert.ok(VARIABLES.length > 10);
  assert.deepEqual(
    VARIABLES.filter((name) => !guide.includes(`\`${name}\``)),
    [],
  );
});
