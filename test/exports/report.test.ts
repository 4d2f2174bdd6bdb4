import assert from 'node:assert/strict';
import { test } from 'node:test';
import { extractText, getDocumentProxy, getMeta } from 'unpdf';
import { MAXIMUM_TAGGED_ROWS, type Report, writeReport } from '../../src/exports/report/report.ts';
import { wrap } from '../../src/exports/report/wrap.ts';
import type { Row } from '../../src/presenters/table.ts';
import { heading, memory, neverStopped, people, peopleColumns, person, source } from './tools.ts';

async function reportOf(rows: readonly Row[], changes: Partial<Report> = {}) {
  const { output, content } = memory();
  const report: Report = {
    ...heading,
    filters: ['Personnes actives de la CAF du Jura', 'Nom\u00a0: «\u00a0mantel\u00a0»'],
    describeCount: (count) => `${count} personnes`,
    columns: peopleColumns,
    rows: source(rows).rows,
    ...changes,
  };
  await writeReport(output, report, { signal: neverStopped() });
  const document = await getDocumentProxy(new Uint8Array(content()));
  const { text } = await extractText(document, { mergePages: false });
  return { bytes: content(), document, pages: text.map((page) => page.replace(/\s+/g, ' ')) };
}

/** The texts that stand highest and lowest on the first page: upside down, they would be the other way round. */
async function ends(document: Awaited<ReturnType<typeof getDocumentProxy>>) {
  const { items } = await (await document.getPage(1)).getTextContent();
  const texts = items.flatMap((item) =>
    'str' in item && item.str.trim() ? [{ y: item.transform[5], text: item.str }] : [],
  );
  texts.sort((a, b) => b.y - a.y);
  return { top: texts[0]?.text, bottom: texts.at(-1)?.text };
}

const withRole = (number: number, roles: string): Row => person(number).with(6, roles);

test('the first page says what, of whom, when, by which filters and how many', async () => {
  const { pages, document, bytes } = await reportOf(people(3));
  assert.equal(pages.length, 1);
  for (const said of [
    'État des habilitations',
    'CAF du Jura',
    'Édité le 22/11/2026 à 10:00 par Welcome TESTPORTAIL',
    'Fin de la liste : 3 personnes',
    '3 personnes',
    'page 1 / 1',
  ]) {
    assert.ok(pages[0]?.includes(said), said);
  }
  assert.match(pages[0] ?? '', /Personnes actives de la CAF du Jura · Nom\s: «\smantel\s»/);
  assert.match(pages[0] ?? '', /NOM3 Prénom prenom\.nom3@caf39\.caf\.fr .* 22\/11\/2026/);
  const { info } = await getMeta(document);
  assert.equal(info.Title, 'État des habilitations – CAF du Jura');
  assert.equal(info.Language, 'fr-FR');
  const [, , width, height] = (await document.getPage(1)).view;
  assert.deepEqual([width, height], [841.89, 595.28]);
  assert.equal(bytes.subarray(0, 8).toString(), '%PDF-1.7');
});

test('1,000 rows: each page has its number, the total and the names of the columns; no row is missing', async () => {
  const { pages } = await reportOf(people(1000));
  assert.ok(pages.length > 15 && pages.length < 60, `${pages.length} pages`);
  pages.forEach((page, index) => {
    assert.ok(page.includes(`page ${index + 1} / ${pages.length}`), `page ${index + 1}`);
    assert.match(page, /Nom Prénom Email Fonction Organisme Compte Habilitations Depuis le/);
    assert.match(page, /Édité le 22\/11\/2026/);
  });
  const names = pages.join(' ').match(/\bNOM\d+/g);
  assert.deepEqual(
    names,
    people(1000).map(([name]) => name),
  );
});

test('no rows and one row make one page', async () => {
  for (const count of [0, 1]) {
    const { pages } = await reportOf(people(count));
    assert.equal(pages.length, 1);
    assert.match(pages[0] ?? '', new RegExp(`${count} personnes .*Nom Prénom`));
    assert.match(pages[0] ?? '', /page 1 \/ 1$/);
  }
});

test('a person who holds thirty roles has them all, on lines of one page', async () => {
  const roles = Array.from({ length: 30 }, (_, index) => `Application ${index + 1} - Rédacteur`);
  const rows = Array.from({ length: 40 }, (_, index) => withRole(index + 1, roles.join(' ; ')));
  const { pages } = await reportOf(rows);
  const whole = roles.join(' ; ');
  const count = pages.reduce((sum, page) => sum + page.split(whole).length - 1, 0);
  assert.equal(count, 40);
  for (const page of pages) assert.equal(page.match(/\bNOM\d+/g)?.length, page.split(whole).length - 1);
});

test('a row taller than a page goes on over the next ones, each word once', async () => {
  const words = Array.from({ length: 3000 }, (_, index) => `mot${index}`);
  const { pages } = await reportOf([person(1), withRole(2, words.join(' ')), person(3)]);
  assert.ok(pages.length > 3);
  const text = pages.join(' ');
  assert.deepEqual(text.match(/\bmot\d+/g), words);
  assert.deepEqual(text.match(/\bNOM\d+/g), ['NOM1', 'NOM2', 'NOM3']);
});

test('names from beyond Western Europe are written, not garbled; what no typeface has is a square', async () => {
  const row = person(1)
    .with(0, 'ŁĄCKI')
    .with(1, 'Łukasz')
    .with(3, 'Œuvre d’art – 10 €')
    .with(4, 'Đorđe 𓀀 Ωμέγα');
  const { pages, bytes } = await reportOf([row]);
  for (const text of ['ŁĄCKI', 'Łukasz', 'Œuvre d’art – 10 €', 'Đorđe □ Ωμέγα']) {
    assert.ok(pages[0]?.includes(text), text);
  }
  assert.match(bytes.toString('latin1'), /DejaVuSansCondensed/);
  assert.doesNotMatch((await reportOf(people(1))).bytes.toString('latin1'), /DejaVu/);
});

test('parentheses, backslashes, controls and line ends do not leave their cell', async () => {
  const row = person(1).with(3, 'a (b) \\ c) Tj ET').with(4, 'd\x00\x07e\r\nf\tg\u00adh').with(6, null);
  const { pages } = await reportOf([row, person(2)]);
  assert.match(pages[0] ?? '', /a \(b\) \\ c\) Tj ET/);
  assert.match(pages[0] ?? '', /de f gh/);
  assert.match(pages[0] ?? '', /NOM2/);
});

test('no line starts by « : » or « » », nor ends by « « », as typed with ordinary spaces', () => {
  const face = { ...{ resource: '', show: String, reference: () => assert.fail() }, advance: () => 1000 };
  const cut = (text: string) => wrap({ face: { ...face, width: (all) => all.length * 1000 }, text }, 1, 9);
  assert.deepEqual(cut('un accès : oui'), ['un ', 'accès : ', 'oui']);
  assert.deepEqual(cut('un texte » fin'), ['un ', 'texte » ', 'fin']);
  assert.deepEqual(cut('le mot « fin »'), ['le mot ', '« fin »']);
  assert.deepEqual(cut('abcdefghi jk'), ['abcdefghi ', 'jk'], 'what just fits is not cut');
});

test('an address too long for its column is cut after its @', async () => {
  const { document } = await reportOf([
    person(1).with(2, 'anne-sophie.petitjean-moreau@assurance-maladie.fr'),
  ]);
  const { items } = await (await document.getPage(1)).getTextContent();
  const texts = items.map((item) => ('str' in item ? item.str : ''));
  assert.ok(texts.includes('anne-sophie.petitjean-moreau@'));
  assert.ok(texts.includes('assurance-maladie.fr'));
});

test('a report that people read is tagged as a table with headings; a long one is not', async () => {
  const { document: short } = await reportOf(people(60));
  const [first, last] = await Promise.all(
    [1, short.numPages].map(async (number) =>
      JSON.stringify(await (await short.getPage(number)).getStructTree()),
    ),
  );
  assert.equal(first?.match(/"role":"TH","children":\[\{/g)?.length, 8);
  assert.match(first ?? '', /"role":"H1".*"role":"P".*"role":"Table".*"role":"TR".*"role":"TD"/);
  assert.match(last ?? '', /"role":"TD","children":\[\{/);
  assert.doesNotMatch(last ?? '', /"role":"TH","children":\[\{/);
  for (const [count, isTagged] of [
    [MAXIMUM_TAGGED_ROWS, true],
    [MAXIMUM_TAGGED_ROWS + 1, false],
  ] as const) {
    const { bytes, pages, document } = await reportOf(people(count));
    assert.equal(bytes.includes('/StructTreeRoot'), isTagged);
    assert.ok(pages[0]?.includes(`${count} personnes`));
    assert.equal(pages.join(' ').match(/\bNOM\d+/g)?.length, count);
    assert.ok(pages.at(-1)?.includes(`page ${pages.length} / ${pages.length}`));
    assert.deepEqual(await ends(document), {
      top: 'État des habilitations',
      bottom: `page 1 / ${pages.length}`,
    });
  }
});

test('filters in words have six lines: longer ones end by « … », which shorter ones have not', async () => {
  const words = Array.from({ length: 400 }, (_, index) => `critère${index}`);
  const above = async (filters: string[]) =>
    (await reportOf([], { filters })).pages[0]?.match(/du Jura (.*?) 0 personnes/)?.[1] ?? '';
  const cut = await above([words.join(' ')]);
  const kept = cut.match(/critère\d+/g) ?? [];
  assert.ok(kept.length > 50 && kept.length < 200, `${kept.length} words`);
  assert.deepEqual(kept, words.slice(0, kept.length));
  assert.equal(cut.match(/…/g)?.length, 1);
  assert.match(cut, /\d …$/);
  assert.equal(await above([words.slice(0, 30).join(' ')]), words.slice(0, 30).join(' '));
});

test('a title may hold any sign', async () => {
  const { document, pages } = await reportOf([], {
    title: 'Droits <b> & accès',
    perimeter: 'Łódź',
    filters: [],
  });
  assert.match(pages[0] ?? '', /Droits <b> & accès .*Łódź/);
  assert.match((await getMeta(document)).info.Title, /Droits +b +accès – Łódź/);
});

test('filters that do not fit are cut, and say so; those that just fit do not', async () => {
  const filters: string[] = [];
  // One more each time, through all that fits, until the last is cut.
  for (let isCut = false; !isCut; ) {
    const last = `Critère ${filters.length + 1}, ${'mot '.repeat(12)}fin ${filters.length + 1}.`;
    filters.push(last);
    const [first = ''] = (await reportOf([], { filters })).pages;
    isCut = !first.includes(last);
    assert.equal(first.includes('…'), isCut, `${filters.length} filters`);
  }
  assert.ok(filters.length > 7, 'several lines are whole');
});
