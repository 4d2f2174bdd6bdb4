import assert from 'node:assert/strict';
import { test } from 'node:test';
import { files, textOf } from '../tools/sources.ts';

/** What an act is done by: `act` is each service's own short name for one of the two. */
const ASKS_AGAIN = /^(acting|actingForOneself|act)\(/;
const OWN_NAME = /const act = [\s\S]*?\n\n/;

const services = files('src/services/*.ts')
  .map((file) => ({ file, text: textOf(file) }))
  .filter(({ text }) => /\bactor: Actor\b/.test(text));

test('every act of a service asks again, under the trail’s lock, what its actor was let in by', () => {
  const offences = services.flatMap(({ file, text }) =>
    [...text.matchAll(/\btransaction\(\s*([^\n]*)/g)]
      .map(([, given = '']) => given)
      .filter((given) => !ASKS_AGAIN.test(given))
      .map((given) => `${file}: ${given}`),
  );
  assert.deepEqual(offences, []);
});

test('what a service calls « act » does so too', () => {
  const offences = services.filter(({ text }) => {
    const own = OWN_NAME.exec(text)?.[0];
    return own !== undefined && !own.includes('acting');
  });
  assert.deepEqual(
    offences.map(({ file }) => file),
    [],
  );
  assert.ok(services.length > 10);
});
