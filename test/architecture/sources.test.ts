import assert from 'node:assert/strict';
import { test } from 'node:test';
import { files, lineCount, textOf } from '../tools/sources.ts';

const sources = files('src/**/*.ts', 'seeds/**/*.ts', 'migrations/*.ts');
const views = files('views/**/*.ejs');

/** Files longer than `limit`, with their size. */
const longerThan = (names: string[], limit: number) =>
  names.map((file) => [file, lineCount(file)] as const).filter(([, lines]) => lines > limit);

test('no source file has more than 300 lines, and 95 % have at most 200', () => {
  assert.deepEqual(longerThan(sources, 300), []);
  const long = longerThan(sources, 200);
  assert.ok(long.length <= sources.length * 0.05, `too many files over 200 lines: ${long.join(' ; ')}`);
});

test('no file of tests has more than 300 lines', () => {
  assert.deepEqual(longerThan(files('test/**/*.ts'), 300), []);
});

test('no view has more than 120 lines', () => {
  assert.deepEqual(longerThan(views, 120), []);
});

test('no test is content with nothing: what is true of each is asked of one at least', () => {
  const content = files('test/**/*.ts').filter((file) => /assert\.ok\([^;]*?\.every\(/.test(textOf(file)));
  assert.deepEqual(content, []);
});

test('no file only forwards', () => {
  const body = (file: string) =>
    textOf(file)
      .replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
      .replace(/^(import|export)\b[^;]*?from\s+'[^']+';$/gm, '')
      .replace(/^import\s+'[^']+';$/gm, '')
      .replace(/^export\s*\{[^}]*\};$/gm, '')
      .trim();
  assert.deepEqual(
    files('src/**/*.ts', 'seeds/**/*.ts').filter((file) => body(file) === ''),
    [],
  );
});

test('a property is written where it is: no object literal is spread into another', () => {
  const spreading = files('src/**/*.ts').filter((file) => /\.\.\.\{\s/.test(textOf(file)));
  assert.deepEqual(spreading, []);
});

test('only src/config/environment.ts reads the environment of the process', () => {
  assert.deepEqual(
    sources.filter((file) => textOf(file).includes('process.env')),
    ['src/config/environment.ts'],
  );
});

test('only server.ts and the commands write to the console', () => {
  const writers = files('src/**/*.ts').filter((file) => /\bconsole\./.test(textOf(file)));
  assert.deepEqual(
    writers.filter((file) => file !== 'src/server.ts' && !file.startsWith('src/cli/')),
    [],
  );
});

test('EJS and Express stay as they are: res.render is not replaced, and gets neither the query nor the body', () => {
  for (const file of files('src/**/*.ts')) {
    assert.doesNotMatch(textOf(file), /\bres\.render\s*=|\.render\([^)]*\breq\.(query|body)\s*[,})]/, file);
  }
});

// Written in two halves, or this very file would be found.
const UNWANTED: Readonly<Record<string, RegExp>> = {
  'the address of a registry': new RegExp(
    ['regis', 'try\\.(npm|yarn|node)|npm', 'js\\.org|^regis', 'try\\s*='].join(''),
    'm',
  ),
  'a path of the machine it was written on': new RegExp(
    ['/wo', 'rk/|/ho', 'me/[a-z]|/Use', 'rs/[a-z]'].join(''),
  ),
  'unfinished work': new RegExp(['\\b(TO', 'DO|FIX', 'ME|X', 'XX)\\b'].join('')),
};

// Binary, or not of our writing.
const NOT_TEXT = /\.(png|ico|woff2?|ttf|pdf|xlsx)$/;

for (const [what, pattern] of Object.entries(UNWANTED)) {
  test(`no file of the project holds ${what}`, () => {
    const found = files()
      .filter((file) => !NOT_TEXT.test(file))
      .filter((file) => pattern.test(textOf(file)));
    assert.deepEqual(found, []);
  });
}
