import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { drawArchitecture } from '../../scripts/draw-architecture.ts';
import { putBetweenMarks } from '../../scripts/drawing.ts';
import { files, root, textOf } from '../tools/sources.ts';

const documents = files('*.md', 'docs/**/*.md');

/** What stands between back quotes in a document, blocks of code left out. */
const quotedIn = (document: string): string[] =>
  [
    ...textOf(document)
      .replace(/^```[\s\S]*?^```/gm, '')
      .matchAll(/`([^`\n]+)`/g),
  ].map(([, quoted = '']) => quoted);

// Made when the portal runs, or named as an example.
const NOT_OURS = /^(\/|node_modules|var\/|https?:|postgres|smtps?:)|[<…*{}() $=]/;

/** A path of the project, as documents name one: from its root, a folder or a file. */
const isPath = (quoted: string): boolean =>
  /^(src|test|docs|views|public|migrations|seeds|scripts|bench|deploy|\.ci)\//.test(quoted) &&
  !NOT_OURS.test(quoted);

test('every file that a document names exists', () => {
  const lost = documents.flatMap((document) =>
    quotedIn(document)
      .filter(isPath)
      .filter((path) => !existsSync(join(root, path)))
      .map((path) => `${document}: ${path}`),
  );
  assert.deepEqual(lost, []);
});

test('every npm script that a document names exists', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  const lost = documents.flatMap((document) =>
    [...textOf(document).matchAll(/\bnpm run (?:-s )?([a-z][\w:-]*)/g)]
      .filter(([, name = '']) => !(name in scripts))
      .map(([named]) => `${document}: ${named}`),
  );
  assert.deepEqual(lost, []);
});

test('docs/architecture.md has the floors as they are; npm run docs:draw draws them', () => {
  const document = textOf('docs/architecture.md');
  assert.equal(document, putBetweenMarks(document, drawArchitecture()));
});

const DECISIONS = 'docs/decisions/';
const decisions = files(`${DECISIONS}[0-9]*.md`).map((file) => file.slice(DECISIONS.length));

test('decisions are numbered from 0001, one after the other', () => {
  assert.deepEqual(
    decisions.map((name) => name.slice(0, 5)),
    decisions.map((_, index) => `${String(index + 1).padStart(4, '0')}-`),
  );
});

test('the index has every decision, with its title, its date and its status', () => {
  const lines = decisions.map((name) => {
    const [, number, title, date, status] =
      /^# (\d{4})\. (.+)\n\nDate: (\d{4}-\d\d-\d\d)\. Status: (.+)\.\n/.exec(textOf(DECISIONS + name)) ?? [];
    assert.equal(number, name.slice(0, 4), name);
    return `| [${number}](${name}) | ${title} | ${date} | ${status} |`;
  });
  assert.deepEqual(
    textOf(`${DECISIONS}README.md`)
      .split('\n')
      .filter((line) => line.startsWith('| [')),
    lines,
  );
});

test('every decision that is named exists, whatever names it', () => {
  const named = /\bdocs\/decisions\/([\w-]+\.md)|\b(\d{4}-[a-z-]+\.md)/g;
  const lost = files('*.md', '{docs,src,seeds,migrations,views,public,test,bench,scripts}/**').flatMap(
    (file) =>
      [...textOf(file).matchAll(named)]
        .map(([, whole, short]) => whole ?? short ?? '')
        .filter((name) => name !== 'README.md' && !decisions.includes(name))
        .map((name) => `${file}: ${name}`),
  );
  assert.deepEqual(lost, []);
});
