import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Parametrised, paths } from '../../src/paths.ts';
import { routes } from '../../src/routes/index.ts';
import { files, root, textOf } from '../tools/sources.ts';

const ACCESSES = new Set([
  'public',
  'signed-in',
  'management',
  'management-act',
  'national',
  'national-act',
  'demonstration',
]);

// Answered before the route table: see src/app.ts.
const OUTSIDE_THE_TABLE = ['/livez', '/readyz', '/.well-known/security.txt', '/metrics'];

test('every route has an access that exists', () => {
  for (const { method, path, access } of routes)
    assert.ok(ACCESSES.has(access), `${method} ${path}: ${access}`);
});

test('no two routes have the same method and path', () => {
  const names = routes.map(({ method, path }) => `${method} ${path.replace(/:\w+/g, ':x')}`);
  assert.deepEqual(names, [...new Set(names)]);
});

test('everything under /gestion is management, and what acts there asks for a profile that acts', () => {
  for (const { method, path, access } of routes.filter((route) => route.path.startsWith('/gestion'))) {
    assert.match(access, /^(management|national)/, `${method} ${path}`);
    if (method === 'post') assert.match(access, /-act$/, `${method} ${path}`);
  }
});

/** The pattern of every address of paths.ts, at whatever depth. */
function leaves(node: unknown): string[] {
  if (typeof node === 'string') return [node];
  if (typeof node === 'function') return [(node as unknown as Parametrised).pattern];
  return Object.values(node as object).flatMap(leaves);
}

const isRoute = (path: string): boolean => routes.some((route) => route.path === path);

test('every address of paths.ts is a route', () => {
  const lost = leaves(paths).filter((path) => !OUTSIDE_THE_TABLE.includes(path) && !isRoute(path));
  assert.deepEqual(lost, []);
});

/** Where the file behind an address of /assets stands (src/middlewares/assets.ts). */
function assetFile(path: string): string {
  const rest = path.slice('/assets/'.length);
  if (rest === 'vendor/bootstrap.min.css') return 'node_modules/bootstrap/dist/css/bootstrap.min.css';
  if (rest === 'vendor/webauthn.min.js')
    return 'node_modules/@simplewebauthn/browser/dist/bundle/index.umd.min.js';
  if (!rest.startsWith('vendor/atkinson/')) return `public/${rest}`;
  return `node_modules/@fontsource-variable/atkinson-hyperlegible-next/files/${rest.slice('vendor/atkinson/'.length)}`;
}

/** Every address of a view that is written there: of assets, values replaced by `*`. */
const assetsOf = (view: string): string[] =>
  [...textOf(view).matchAll(/"(\/assets\/[^"?]*)/g)].map(([, address]) =>
    (address ?? '').replace(/<%=[\s\S]*?%>/g, '*'),
  );

test('every asset that a view asks for is there', () => {
  const lost = files('views/**/*.ejs').flatMap((view) =>
    assetsOf(view).filter((address) => !address.includes('*') && !existsSync(join(root, assetFile(address)))),
  );
  assert.deepEqual(lost, []);
});

/** What a name of a view leads to in paths.ts: `paths.accounts.show`. */
const named = (name: string): unknown =>
  name
    .split('.')
    .slice(1)
    .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], paths);

test('every address that a view names is in paths.ts', () => {
  const lost = files('views/**/*.ejs').flatMap((view) =>
    (textOf(view).match(/\bpaths(\.\w+)+/g) ?? [])
      .filter((name) => named(name) === undefined && name !== 'paths.ts')
      .map((name) => `${view}: ${name}`),
  );
  assert.deepEqual(lost, []);
});

test('`npm run routes -- --json` prints the table: method, path and access of every route', () => {
  const printed = execFileSync(process.execPath, ['src/cli/routes.ts', '--json'], {
    cwd: root,
    encoding: 'utf8',
  });
  const expected = routes.map(({ method, path, access }) => ({ method: method.toUpperCase(), path, access }));
  const outside = OUTSIDE_THE_TABLE.map((path) => ({
    method: 'GET',
    path,
    access: path === '/metrics' ? 'loopback' : 'public',
  }));
  assert.deepEqual(JSON.parse(printed), [...expected, ...outside]);
});
