import assert from 'node:assert/strict';
import { parse } from 'node:querystring';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Actor } from '../../src/domain/actor.ts';
import { Refused } from '../../src/domain/errors.ts';
import { criteriaOf } from '../../src/lists/criteria.ts';
import { entitlements } from '../../src/lists/entitlements.ts';
import { parseExportQuery, parseListQuery } from '../../src/schemas/list-query.ts';

/** They know nothing before. */
const criteria = criteriaOf(entitlements, {
  known: { roles: new Map(), organisms: new Map(), applications: new Map() },
  actor: {} as Actor,
});

const DEFAULTS = { name: '', words: '', sort: 'nom', direction: 'asc', page: 1, size: 10 };
const read = (query: string) => parseListQuery(criteria, parse(query));

describe('parseListQuery', () => {
  test('without criteria, gives the defaults and says nothing', () => {
    assert.deepEqual(read(''), { values: DEFAULTS, faults: [] });
    assert.deepEqual(read('q=&tri=&page='), { values: DEFAULTS, faults: [] });
  });

  test('takes what is right', () => {
    const { values, faults } = read('q=energie+lecteur&nom=Mantel&tri=fonction&sens=desc&page=3&taille=100');
    assert.deepEqual(values, {
      name: 'Mantel',
      words: 'energie lecteur',
      sort: 'fonction',
      direction: 'desc',
      page: 3,
      size: 100,
    });
    assert.deepEqual(faults, []);
  });

  const WRONG: readonly string[] = [
    'tri=mot_de_passe',
    'tri=nom&tri=email',
    'sens=ASC',
    'page=0',
    'page=-1',
    'page=1.5',
    'page=99999999',
    'page=abc',
    'taille=11',
    'taille=1000000',
    'taille=%20',
    'q=a%00b',
    `q=${'x'.repeat(201)}`,
    `q=${'mot+'.repeat(13)}`,
    `q=${'mot,'.repeat(13)}`,
    'q=a&q=b',
    'nom=%ed%a0%80%00',
    'inconnu=1',
    '__proto__=1',
    'constructor=1',
  ];
  for (const query of WRONG) {
    test(`« ${query.slice(0, 30)} » falls back on the default, and says so in one sentence`, () => {
      const { values, faults } = read(query);
      assert.deepEqual(values, DEFAULTS);
      assert.equal(faults.length, 1);
      assert.match(faults[0] ?? '', /[.]$/);
    });
  }

  test('one wrong criterion does not undo the others', () => {
    const { values, faults } = read('tri=x&q=mantel&page=2');
    assert.deepEqual(values, { ...DEFAULTS, words: 'mantel', page: 2 });
    assert.equal(faults.length, 1);
  });

  test('the perimeter is read elsewhere', () => {
    assert.deepEqual(read('perimetre=CAF-391').faults, []);
  });

  test('whatever the address, gives values of the list and sentences', () => {
    const query = fc.dictionary(
      fc.oneof(fc.constantFrom(...Object.keys(DEFAULTS), '__proto__', 'perimetre'), fc.string()),
      fc.oneof(fc.string(), fc.array(fc.string()), fc.constantFrom('1', 'asc', '25', 'nom', '\0', '\ud800')),
    );
    fc.assert(
      fc.property(query, (given) => {
        const { values } = parseListQuery(criteria, given);
        assert.deepEqual(Object.keys(values).sort(), Object.keys(DEFAULTS).sort());
        assert.ok([10, 25, 50, 100].includes(values.size) && values.page >= 1);
        assert.ok(!values.words.includes('\0') && values.words.isWellFormed() && values.name.length <= 200);
      }),
    );
  });
});

describe('parseExportQuery', () => {
  test('gives the same values', () => {
    const query = parse('q=mantel&tri=email');
    assert.deepEqual(parseExportQuery(criteria, query, undefined), parseListQuery(criteria, query).values);
  });

  test('never falls back: the wrong people must not leave in a file', () => {
    for (const query of WRONG_FOR_EXPORT) {
      assert.throws(() => parseExportQuery(criteria, parse(query), undefined), Refused, query);
    }
    assert.throws(() => parseExportQuery(criteria, {}, 'Ce périmètre est inconnu.'), Refused);
  });
});

const WRONG_FOR_EXPORT = [
  'tri=x',
  'q=a%00b',
  'q=a&q=b',
  'nom=a&nom=b',
  'inconnu=1',
  'sens=haut',
  'taille=7',
  'page=x',
];
