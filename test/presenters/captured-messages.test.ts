import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkedLines } from '../../src/presenters/captured-messages.ts';

const baseUrl = 'http://localhost:3000';
const linksOf = (text: string) =>
  linkedLines(text, baseUrl)
    .flat()
    .flatMap(({ href }) => href ?? []);

test('addresses of this portal become links to their path, and nothing of the text is lost', () => {
  const text = 'Bonjour,\n\nOuvrez http://localhost:3000/activation/abc?x=1 vite\nhttps://ucanss.fr/faq';
  assert.deepEqual(linksOf(text), ['/activation/abc?x=1']);
  const back = linkedLines(text, baseUrl)
    .map((line) => line.map((piece) => piece.text).join(''))
    .join('\n');
  assert.equal(back, text);
});

for (const address of [
  'http://localhost:3000.exemple.fr/x',
  'http://localhost:3000@exemple.fr/x',
  'http://localhost:3001/x',
  'https://localhost:3000/x',
  'http://localhost:3000//exemple.fr/x',
  'http://localhost:3000/.//exemple.fr',
  'javascript:alert(1)',
]) {
  test(`« ${address} » stays words`, () => assert.deepEqual(linksOf(address), []));
}
