import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { Database } from '../../src/database/knex.ts';
import {
  containing,
  formsOf,
  hasTrigram,
  holdsWords,
  searchable,
  searchWords,
  shortPieces,
} from '../../src/domain/search.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { runs, tellCases } from '../tools/sample.ts';
import { codes, range, some } from '../tools/unicode.ts';

let tested: TestDatabase;
let db: Database;
before(async () => {
  tested = await createTestDatabase({ template: 'empty' });
  db = tested.db;
});
after(() => tested.drop());

async function searchableBySql(texts: string[]): Promise<string[]> {
  const result = await db.raw(
    'SELECT searchable(text) AS plain FROM unnest(?::text[]) WITH ORDINALITY AS t(text, n) ORDER BY n',
    [texts],
  );
  return result.rows.map((row: { plain: string }) => row.plain);
}

/** What PostgreSQL can hold, and both know: each follows Unicode at its own pace. */
async function known(): Promise<string[]> {
  const characters = range(1, 0x10ffff).filter((character) => !/\p{Cn}/u.test(character));
  const asked = await db.raw(`SELECT 1 FROM pg_proc WHERE proname = 'unicode_assigned'`);
  if (asked.rows.length === 0) return characters;
  const { rows } = await db.raw(
    'SELECT array_agg(text) AS unknown FROM unnest(?::text[]) AS text WHERE NOT unicode_assigned(text)',
    [characters],
  );
  const unknown = new Set<string>(rows[0].unknown);
  return characters.filter((character) => !unknown.has(character));
}

test('every character of Unicode is searched as in SQL', async (t) => {
  const characters = await known();
  const texts = some(characters).map((character) => `a${character}B`);
  for (let start = 0; start < texts.length; start += 50_000) {
    const some = texts.slice(start, start + 50_000);
    const bySql = await searchableBySql(some);
    const different = some.filter((text, index) => searchable(text) !== bySql[index]);
    assert.deepEqual(different.map(codes), []);
  }
  tellCases(t, texts.length);
});

test('texts are searched as in SQL, composed or not', async (t) => {
  const characters = (await known()).filter((character) => /[\p{L}\p{M}\p{P}\p{Cf}\p{Zs}]/u.test(character));
  const texts = fc.sample(
    fc
      .tuple(
        fc.array(fc.nat(characters.length - 1), { maxLength: 12 }),
        fc.constantFrom('NFC', 'NFD', 'NFKC', 'NFKD'),
      )
      .map(([places, form]) =>
        places
          .map((place) => characters[place])
          .join('')
          .normalize(form),
      ),
    runs(2_000, 50_000),
  );
  const bySql = await searchableBySql(texts);
  for (const [index, text] of texts.entries()) assert.equal(searchable(text), bySql[index], codes(text));
  tellCases(t, texts.length);
});

test('what people type in French is searched as they expect', () => {
  assert.equal(
    searchable('Œuvrard Łukasz STRAẞE Æther L’Hôte Garçon'),
    'oeuvrard lukasz strasse aether lhote garcon',
  );
  assert.equal(searchable('Zoe\u0308'), 'zoe');
  assert.equal(searchable('ﬁｌｌｅ ŷ̂ ΐ ŉ'), 'fille y ι n');
});

test('hyphens, apostrophes and what cannot be seen are ignored (R11)', () => {
  const find = (text: string, typed: string) => holdsWords(searchable(text), searchWords(typed));
  const hyphens = [...'-‐‑‒–—−﹣－\u00ad'];
  for (const hyphen of hyphens) assert.ok(find('Jean-Pierre', `jean${hyphen}pierre`), codes(hyphen));
  for (const apostrophe of [..."'’‘ʼ´`′＇‛ʹ"]) {
    assert.ok(find('O’Brien', `o${apostrophe}brien`), codes(apostrophe));
    assert.ok(find(`D${apostrophe}ARTAGNAN`, "d'artagnan"), codes(apostrophe));
  }
  for (const typed of [
    'Jean Pierre',
    'Jean-Pierre',
    'JeanPierre',
    'pierre jean',
    'jean\u200bpierre',
    '-jean-',
    "'pierre",
  ])
    assert.ok(find('Jean-Pierre', typed), typed);
  assert.ok(find('Jean Pierre', 'Jean-Pierre') && find('Val de Marne', 'val-de-marne'));
  assert.ok(
    find('MANTEL', 'mantel\u200b') && find('MANTEL', '\u202emantel\u2069') && find('Zoé', 'Zoe\u0301'),
  );
  assert.ok(!find('Pierre Jean', 'Jean-Pierre') && !find('Fred Alain', "d'a"));
});

test('words are split on any space, told once, and left out when another contains them', () => {
  assert.deepEqual(searchWords('  Dupont\u00a0MARIE\tdupont \u0000 '), ['dupont', 'marie']);
  for (const pasted of ['Thomas MANTEL <tm@caf.fr>', 'mantel, thomas', 'MANTEL (Thomas)', 'Thomas MANTEL;'])
    assert.ok(holdsWords(searchable('MANTEL Thomas tm@caf.fr'), searchWords(pasted)), pasted);
  assert.deepEqual(searchWords('mar Martin art'), ['martin']);
  assert.deepEqual(searchWords('½'), ['1⁄2']);
  for (const nothing of [' ', '-', "'", ' - \u200b ’ ']) assert.deepEqual(searchWords(nothing), [], nothing);
  assert.deepEqual(searchWords("Jean--Pierre JEANPIERRE -l'H"), ['jeanpierre', 'l-h']);
  assert.deepEqual(['jean-pierre', 'l-h', 'zoe'].map(formsOf), [
    ['jeanpierre', 'jean pierre'],
    ['lh'],
    ['zoe'],
  ]);
});

test('a pattern finds its word and nothing else', async () => {
  const words = ['%', '_', '\\', 'a%b', 'a_b', '100%', '\\%', "l'h"];
  const texts = [...words, 'axb', 'a1b', '100', 'hôte', 'ab'];
  for (const word of words) {
    const result = await db.raw('SELECT text FROM unnest(?::text[]) AS text WHERE text LIKE ?', [
      texts,
      containing(word),
    ]);
    const found = result.rows.map((row: { text: string }) => row.text);
    assert.deepEqual(
      found,
      texts.filter((text) => text.includes(word)),
      word,
    );
  }
});

test('the pieces of a word are those that PostgreSQL indexes', async () => {
  for (const word of ['a', 'ab', "d'a", '---', '@.fr', 'é€😀', 'aaa']) {
    const result = await db.raw('SELECT short_grams(?) @> ?::text[] AS found', [
      `xy${word}z`,
      shortPieces(word),
    ]);
    assert.equal(result.rows[0].found, true, word);
  }
  assert.deepEqual(shortPieces("d'a"), ["d'", "'a"]);
  assert.deepEqual(['dupont', "d'art", "d'ar", '--', 'ab', 'été', 'x12', '😀a1'].map(hasTrigram), [
    true,
    true,
    false,
    false,
    false,
    false,
    true,
    false,
  ]);
});
