import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptNotice, NOTICE_KEYS, showNotice } from '../../src/presenters/notices.ts';
import { files, textOf } from '../tools/sources.ts';

test('every notice is left by somebody', () => {
  const leaving = files('src/controllers/*.ts', 'src/middlewares/*.ts').map(textOf).join('\n');
  assert.deepEqual(
    NOTICE_KEYS.filter((key) => !leaving.includes(`'${key}'`)),
    [],
  );
});

test('a notice goes through a session, which keeps JSON', () => {
  const kept = keptNotice({ notice: 'request-cancelled', values: { label: 'Lecteur' } });
  assert.deepEqual(showNotice(JSON.parse(JSON.stringify(kept))), {
    kind: 'success',
    text: 'Votre demande de «\u00a0Lecteur\u00a0» est annulée.',
    link: null,
  });
  assert.equal(showNotice(keptNotice({ notice: 'signed-out' }))?.text, 'Vous êtes déconnecté.');
});

test('the release before shows a sentence that this one leaves, and this one shows those of that one', () => {
  const done = keptNotice({ notice: 'done', values: { sentence: 'C’est fait.' } });
  assert.equal(done.key, 'account-changed');
  assert.deepEqual(showNotice(done), { kind: 'success', text: 'C’est fait.', link: null });
  const refused = showNotice({ key: 'delegation-refused', values: { sentence: 'Pas vous.' } });
  assert.deepEqual(refused, { kind: 'danger', text: 'Pas vous.', link: null });
});

test('a notice of a release that has others is passed over', () => {
  assert.equal(showNotice({ key: 'account-merged', values: {} }), null);
  assert.equal(showNotice({ key: 'constructor', values: {} }), null);
});

test('the compiler knows the key of a notice, and its values', () => {
  // @ts-expect-error: no notice is called so.
  keptNotice({ notice: 'done-now' });
  // @ts-expect-error: a value is missing.
  keptNotice({ notice: 'done', values: {} });
  // @ts-expect-error: a value of another notice.
  keptNotice({ notice: 'signed-out', values: { person: 'Anne Martin' } });
});
