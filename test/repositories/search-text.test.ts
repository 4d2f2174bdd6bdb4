import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { Database } from '../../src/database/knex.ts';
import { containing, hasTrigram, normalise, searchWords, shortPieces } from '../../src/domain/search.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';

let tested: TestDatabase;
let db: Database;
before(async () => {
  tested = await createTestDatabase({ template: 'empty' });
  db = tested.db;
});
after(() => tested.drop());

async function normalisedBySql(texts: string[]): Promise<string[]> {
  const result = await db.raw(
    'SELECT normalised(text) AS plain FROM unnest(?::text[]) WITH ORDINALITY AS t(text, n) ORDER BY n',
    [texts],
  );
  return result.rows.map((row: { plain: string }) => row.plain);
}

// Latin with every extension used in Europe and Vietnam, marks, Greek, Cyrillic, punctuation, ligatures, full width.
const BLOCKS = [
  [0x01, 0x52f],
  [0x1e00, 0x206f],
  [0x2116, 0x2116],
  [0x4e00, 0x4e40],
  [0xfb00, 0xfb06],
  [0xff01, 0xff5e],
  [0x1f600, 0x1f640],
] as const;
const CHARACTERS = BLOCKS.flatMap(([from, to]) =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index)),
);

test('each character is normalised as in SQL', async () => {
  const bySql = await normalisedBySql(CHARACTERS);
  const different = CHARACTERS.filter((character, index) => normalise(character) !== bySql[index]);
  assert.deepEqual(different, []);
  assert.ok(CHARACTERS.length > 1_500);
});

test('texts are normalised as in SQL, composed or not', async () => {
  const texts = fc.sample(
    fc
      .tuple(fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 12 }), fc.constantFrom('NFC', 'NFD'))
      .map(([characters, form]) => characters.join('').normalize(form)),
    2_000,
  );
  const bySql = await normalisedBySql(texts);
  for (const [index, text] of texts.entries())
    assert.equal(normalise(text), bySql[index], JSON.stringify(text));
});

test('what people type in French is normalised as they expect', () => {
  assert.equal(
    normalise('Œuvrard Łukasz STRAẞE Æther L’Hôte Garçon'),
    "oeuvrard lukasz strasse aether l'hote garcon",
  );
  assert.equal(normalise('Zoe\u0308'), 'zoe');
});

test('words are split on any space, told once, and left out when another contains them', () => {
  assert.deepEqual(searchWords('  Dupont\u00a0MARIE\tdupont \u0000 '), ['dupont', 'marie']);
  assert.deepEqual(searchWords('mar Martin art'), ['martin']);
  assert.deepEqual(searchWords('½'), ['1/2']);
  assert.deepEqual(searchWords(' '), []);
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
