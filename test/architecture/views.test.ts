import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import ejs from 'ejs';
import { files, root, textOf } from '../tools/sources.ts';

const views = files('views/**/*.ejs');

/** The template without its comments, which may show examples. */
const code = (file: string) => textOf(file).replace(/<%#[\s\S]*?%>/g, '');

/** What a browser would read: the template with its code and its values left out. */
const markup = (file: string) => code(file).replace(/<%[\s\S]*?%>/g, '');

/** Every match of a pattern in every view, as « file: match ». */
const found = (pattern: RegExp, read: (file: string) => string, among = views) =>
  among.flatMap((file) => (read(file).match(pattern) ?? []).map((match) => `${file}: ${match}`));

test('there are views to check', () => {
  assert.ok(views.length > 20);
});

for (const file of views) {
  test(`${file} compiles`, () => {
    ejs.compile(textOf(file), { _with: false, views: [join(root, 'views')], filename: join(root, file) });
  });
}

test('raw output is only ever an include', () => {
  assert.deepEqual(found(/<%-(?!\s*include\()[^%]*/g, code), []);
});

test('no script but from a file of the site, no style, no handler: the policy of content would stop them', () => {
  assert.deepEqual(found(/<script(?![^>]*\ssrc=")[^>]*>/gi, markup), []);
  assert.deepEqual(found(/<script[^>]*>\s*[^\s<]/gi, markup), []);
  // Mail programs load no style sheet, and know nothing of the policy: a message carries its few rules.
  const pages = views.filter((file) => !file.startsWith('views/mail/'));
  assert.deepEqual(found(/<style[\s>]/gi, markup, pages), []);
  assert.deepEqual(found(/\sstyle\s*=/gi, markup), []);
  assert.deepEqual(found(/\son[a-z]+\s*=/gi, markup), []);
  assert.deepEqual(found(/javascript:/gi, code), []);
});

test('nothing is fetched from another site', () => {
  assert.deepEqual(found(/\s(src|srcset|poster|data)="(https?:)?\/\/[^"]*/gi, code), []);
  assert.deepEqual(found(/<link[^>]*href="(https?:)?\/\/[^"]*/gi, code), []);
});

test('a value inside an attribute stands between quotes', () => {
  assert.deepEqual(found(/\s[\w-]+=<%[=-][^%]*%>/g, code), []);
  assert.deepEqual(found(/\s[\w-]+='[^'"<>]*<%[=-][^%]*%>/g, code), []);
});

test('every form that changes something carries the token, the sign-in one excepted: nobody is there yet', () => {
  const bare = views.filter((file) => {
    const forms = code(file).match(/<form\b[^>]*method="post"[\s\S]*?<\/form>/g) ?? [];
    return forms.some((form) => !/include\('components\/csrf'\)/.test(form));
  });
  // The page of an error sends again the one that came.
  assert.deepEqual(bare, ['views/errors/error.ejs', 'views/sign-in/new.ejs']);
});
