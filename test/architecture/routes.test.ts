import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { routes } from '../../src/routes/index.ts';
import { paths } from '../../src/routes/paths.ts';
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
const OUTSIDE_THE_TABLE = ['/livez', '/readyz', '/metrics'];

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

/** Every address of paths.ts, at whatever depth; a function of it is called with a number. */
function leaves(node: unknown): string[] {
  if (typeof node === 'string') return [node];
  if (typeof node === 'function') return [String((node as (id: number) => unknown)(1))];
  return Object.values(node as object).flatMap(leaves);
}

const segments = (path: string) => path.split('/').slice(1);

/** True when a route of the table, whatever its method, answers this path. `*` stands for a value of a view. */
function isRoute(path: string): boolean {
  const wanted = segments(path);
  return routes.some((route) => {
    const known = segments(route.path);
    return (
      known.length === wanted.length &&
      known.every((part, index) => {
        const asked = wanted[index] ?? '';
        return part === asked || (part.startsWith(':') && asked !== '') || asked.includes('*');
      })
    );
  });
}

test('every address of paths.ts is a route', () => {
  const lost = leaves(paths).filter((path) => !OUTSIDE_THE_TABLE.includes(path) && !isRoute(path));
  assert.deepEqual(lost, []);
});

/** Where the file behind an address of /assets stands (src/middlewares/assets.ts). */
function assetFile(path: string): string {
  const rest = path.slice('/assets/'.length);
  if (rest === 'vendor/bootstrap.min.css') return 'node_modules/bootstrap/dist/css/bootstrap.min.css';
  if (!rest.startsWith('vendor/atkinson/')) return `public/${rest}`;
  return `node_modules/@fontsource-variable/atkinson-hyperlegible-next/files/${rest.slice('vendor/atkinson/'.length)}`;
}

/** Every text of a view that looks like an address of the site, values replaced by `*`. */
function addressesOf(view: string): string[] {
  const code = textOf(view).replace(/<%#[\s\S]*?%>/g, '');
  return [...code.matchAll(/(["'`])(\/(?![/*])[^"'`\n]*)/g)]
    .map(([, , address]) => (address ?? '').replace(/<%=[\s\S]*?%>|\$\{[^}]*\}/g, '*'))
    .map((address) => address.replace(/[?#<].*$/, ''))
    .filter((address) => /^\/[\w/.*-]*$/.test(address));
}

test('no link or form of a view leads nowhere', () => {
  const dead = new Set<string>();
  for (const view of files('views/**/*.ejs')) {
    for (const address of addressesOf(view)) {
      const found = address.startsWith('/assets/')
        ? address.includes('*') || existsSync(join(root, assetFile(address)))
        : isRoute(address);
      if (!found) dead.add(`${address} (${view})`);
    }
  }
  assert.deepEqual([...dead], []);
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
