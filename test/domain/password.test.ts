import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forbiddenWords, isMadeOf, missingCharacters } from '../../src/domain/password.ts';

const words = forbiddenWords(['TESTPORTAIL', 'Welcome', 'wtestportail@test.fr', 'CAF-391', 'CAF du Jura']);

test('what is tied to the person comes from their names, e-mail and organism, in words of three characters or more', () => {
  for (const word of ['testportail', 'welcome', 'wtestportaii', 'jura', 'caf', 'ucanss', 'securite']) {
    assert.ok(words.includes(word) || words.includes(word.replace('ii', 'il')), word);
  }
  assert.ok(!words.includes('du') && !words.includes('fr') && !words.includes(''));
});

for (const password of [
  'TESTPORTAIL welcome',
  'T3stp0rt@il-W3lcome',
  'Wélcome-Jura-2026',
  'caf du jura 2026',
  'Sécurité sociale 2026!',
  'administrateur-local',
  'portail.portail.portail',
  'jura-moulins',
]) {
  test(`« ${password} » is made of such words`, () => assert.equal(isMadeOf(password, words), true));
}

for (const password of [
  'lanterne-violette-39-moulin',
  'jura-lanterne',
  'le jura sous une neige épaisse',
  'xK9#mP2$vL8q',
  'court',
]) {
  test(`« ${password} » is not`, () => assert.equal(isMadeOf(password, words), false));
}

test('characters are counted as people see them: composed, whatever their number of bytes', () => {
  assert.equal(missingCharacters('douze-lettre'), 0);
  assert.equal(missingCharacters('onze-lettre'), 1);
  assert.equal(missingCharacters('e\u0301'.repeat(12)), 0);
  assert.equal(missingCharacters('e\u0301'.repeat(11)), 1);
  assert.equal(missingCharacters('😀'.repeat(6)), 6);
  assert.equal(missingCharacters(''), 12);
});
