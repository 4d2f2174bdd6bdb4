import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { files, root, textOf } from '../tools/sources.ts';

/** The rules of the domain. R6 does not exist. */
const RULES = [
  ...Array.from({ length: 74 }, (_, index) => `R${index + 1}`).filter((rule) => rule !== 'R6'),
  ...['R75', 'R76', 'R77', 'R78', 'R79', 'R80', 'R81', 'R83', 'R89'],
  ...['P1', 'P2', 'P3', 'P3b', 'P4', 'P5', 'P6', 'P7', 'P8', 'P9', 'P10', 'P11', 'P12', 'P13'],
  ...Array.from({ length: 8 }, (_, index) => `F${index + 1}`),
];

/** Rules that this version does not have: their line says so. */
const ABSENT: readonly string[] = [];

interface Line {
  rule: string;
  places: string[];
  shown: { file: string; name: string }[];
}

/** The lines of docs/rules.md: « | R1 | words | `file` | `test file` › test name | ». */
const lines: Line[] = textOf('docs/rules.md')
  .split('\n')
  .filter((line) => /^\| [RPF]\d/.test(line))
  .map((line) => {
    const [rule = '', , where = '', shown = ''] = line
      .slice(2, -2)
      .split(/ (?<!\\)\| /)
      .map((cell) => cell.replaceAll('\\|', '|'));
    return {
      rule,
      places: [...where.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
      shown: shown.split('<br>').flatMap((one) => {
        const [, file, name] = /^`([^`]+)` › (.+)$/.exec(one) ?? [];
        return file === undefined || name === undefined ? [] : [{ file, name }];
      }),
    };
  });

/** The names of the tests of a file, values replaced by « … ». */
function testsOf(file: string): string[] {
  const titles = textOf(file).matchAll(/\btest\(\s*(['"`])((?:\\.|(?!\1).)*)\1/gs);
  return [...titles].map(([, , name = '']) => name.replace(/\$\{[^}]*\}/g, '…').replaceAll("\\'", "'"));
}

test('each rule has one line, in order, and there is no other', () => {
  assert.deepEqual(
    lines.map(({ rule }) => rule),
    RULES,
  );
});

test('each rule lives in files that exist, and is shown by a test; an absent one by none', () => {
  for (const { rule, places, shown } of lines) {
    for (const file of places) assert.ok(existsSync(join(root, file)), `${rule}: ${file}`);
    assert.equal(places.length === 0, ABSENT.includes(rule), `${rule}: where it lives`);
    assert.equal(shown.length === 0, ABSENT.includes(rule), `${rule}: what shows it`);
  }
});

test('each test that is named exists', () => {
  const known = new Map(files('test/**/*.test.ts').map((file) => [file, testsOf(file)]));
  const lost = lines.flatMap(({ rule, shown }) =>
    shown
      .filter(({ file, name }) => !known.get(file)?.includes(name))
      .map(({ file, name }) => `${rule}: ${file} › ${name}`),
  );
  assert.deepEqual(lost, []);
});

test('a rule that the name of a test begins with has a line', () => {
  const named = files('test/**/*.test.ts').flatMap(testsOf).join('\n');
  const rules = new Set(named.match(/^[RPF]\d+b?\b/gm));
  assert.deepEqual(
    [...rules].filter((rule) => !RULES.includes(rule)),
    [],
  );
});
