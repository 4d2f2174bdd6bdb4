import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  ofOrganism,
  rememberArticles,
  TheOrganism,
  theOrganism,
  toOrganism,
} from '../../src/domain/organism-name.ts';
import { root } from '../tools/sources.ts';

const names = readFileSync(join(root, 'seeds/organismes.csv'), 'utf8')
  .split('\n')
  .slice(1)
  .filter(Boolean)
  .map((line) => line.split(',')[1] ?? '');

test('every organism of the reference data has its article', () => {
  assert.equal(names.length, 287);
  const without = names.filter((name) => theOrganism(name) === name);
  assert.deepEqual(without, []);
});

test('names in a sentence, letter for letter', () => {
  const said = (name: string) => [theOrganism(name), ofOrganism(name), toOrganism(name), TheOrganism(name)];
  assert.deepEqual(said('CAF du Jura'), [
    'la CAF du Jura',
    'de la CAF du Jura',
    'à la CAF du Jura',
    'La CAF du Jura',
  ]);
  assert.deepEqual(said('Urssaf Alsace'), [
    'l’Urssaf Alsace',
    'de l’Urssaf Alsace',
    'à l’Urssaf Alsace',
    'L’Urssaf Alsace',
  ]);
  assert.deepEqual(
    said('École nationale supérieure de Sécurité sociale')[1],
    'de l’École nationale supérieure de Sécurité sociale',
  );
  assert.deepEqual(said('Centre national'), [
    'le Centre national',
    'du Centre national',
    'au Centre national',
    'Le Centre national',
  ]);
  // What is not known stays as it was given.
  assert.deepEqual(said('Cafés réunis'), [
    'Cafés réunis',
    'de Cafés réunis',
    'à Cafés réunis',
    'Cafés réunis',
  ]);
});

test('what the reference data says of a name goes before what its first word says, until it says nothing more', () => {
  const said = (name: string) => [theOrganism(name), ofOrganism(name), toOrganism(name)];
  for (const [article, told] of [
    ['le', ['le Cafés réunis', 'du Cafés réunis', 'au Cafés réunis']],
    ['la', ['la Cafés réunis', 'de la Cafés réunis', 'à la Cafés réunis']],
    ['l’', ['l’Cafés réunis', 'de l’Cafés réunis', 'à l’Cafés réunis']],
    ['', ['Cafés réunis', 'de Cafés réunis', 'à Cafés réunis']],
  ] as const) {
    rememberArticles([{ name: 'Cafés réunis', article }]);
    assert.deepEqual(said('Cafés réunis'), told);
  }
  rememberArticles([{ name: 'CAF du Jura', article: '' }]);
  assert.equal(theOrganism('CAF du Jura'), 'CAF du Jura');
  rememberArticles([{ name: 'CAF du Jura', article: null }]);
  assert.equal(theOrganism('CAF du Jura'), 'la CAF du Jura');
});
