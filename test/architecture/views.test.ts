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

/** Where the last part of a view's name is written, for those whose name is put together. */
const PUT_TOGETHER: Readonly<Record<string, string>> = {
  pages: 'src/controllers/pages.ts',
  'management/fields': 'src/presenters/confirmation.ts',
  'management/reference-data': 'src/controllers/{application,organism,role}-editing.ts',
};

test('every view is rendered, or included by one that is', () => {
  const names = views.map((file) => file.slice('views/'.length, -'.ejs'.length));
  const isSaid = (name: string, text: string) => new RegExp(`['"\`/]${name}(\\.ejs)?['"\`]`).test(text);
  const sources = files('src/**/*.ts').map(textOf);
  const isRendered = (name: string): boolean => {
    const [, folder = '', last = name] = /^(.*)\/([^/]*)$/.exec(name) ?? [];
    const among = PUT_TOGETHER[folder];
    return (
      sources.some((text) => isSaid(name, text)) ||
      (among !== undefined && files(among).some((file) => isSaid(last, textOf(file))))
    );
  };
  const reached = new Set(names.filter(isRendered));
  for (const view of reached) {
    const text = code(`views/${view}.ejs`);
    for (const name of names) if (isSaid(name, text)) reached.add(name);
  }
  assert.deepEqual(
    names.filter((name) => !reached.has(name)),
    [],
  );
});

// HTML breaks between the attributes of a tag, where a text has a space, and inside `<%`; a new line that must not be
// seen is eaten by `-%>`.
test('no line of a view is longer than 160 characters', () => {
  const long = views.flatMap((file) =>
    textOf(file)
      .split('\n')
      .flatMap((line, at) => (line.length > 160 ? [`${file}:${at + 1}: ${line.length}`] : [])),
  );
  assert.deepEqual(long, []);
});

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

test('no address is written by hand: each is of paths.ts', () => {
  assert.deepEqual(found(/["'`]\/(?!assets\/|[*/])[^"'`\s]*/g, code), []);
  assert.deepEqual(found(/perimetre=/g, code), []);
});

test('in src neither: an address of management is in paths.ts alone, its perimeter in href alone', () => {
  const sources = files('src/**/*.ts').filter((file) => file !== 'src/paths.ts');
  assert.deepEqual(found(/["'`]\/gestion[^"'`]*/g, textOf, sources), []);
  assert.deepEqual(found(/perimetre=/g, textOf, sources), []);
});

test('a link to management is written by href, a form of management says which organism it is for', () => {
  const managed =
    /paths\.(management|entitlements|requests|refusalReasons|accounts|delegations|roles|organisms|nationalRoles|messages|batches|events)\b/;
  const bare = found(/\bhref(="<%= |: )paths\.[\w.]+/g, code).filter((link) => managed.test(link));
  assert.deepEqual(bare, []);
  const forms = found(/<form\b[\s\S]*?<\/form>/g, code).filter((form) =>
    form.startsWith('views/management/'),
  );
  assert.deepEqual(
    // Asked for somebody else, a request is cancelled as one's own is.
    forms.filter((form) => !form.includes("include('components/form-scope'") && !form.includes('cancelHref')),
    [],
  );
});

test('every form that changes something carries the token, the sign-in one excepted: nobody is there yet', () => {
  const bare = views.filter((file) => {
    const forms = code(file).match(/<form\b[^>]*method="post"[\s\S]*?<\/form>/g) ?? [];
    return forms.some((form) => !/include\('components\/(csrf|form-scope)'/.test(form));
  });
  // The page of an error sends again the one that came; at the second step nobody is signed in yet.
  const allowed = ['views/errors/error.ejs', 'views/sign-in/new.ejs', 'views/sign-in/second-step.ejs'];
  assert.deepEqual(bare, allowed);
});
