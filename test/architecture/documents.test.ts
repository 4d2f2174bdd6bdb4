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
  /^(src|test|docs|views|public|migrations|seeds|scripts|bench|\.ci)\//.test(quoted) &&
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
