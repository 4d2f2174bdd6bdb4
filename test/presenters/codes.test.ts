import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { codeNotTaken } from '../../src/presenters/codes.ts';

describe('what is said of a code that was not taken', () => {
  const [both, passkey, application] = [
    { authenticator: true, passkey: true },
    { authenticator: false, passkey: true },
    { authenticator: true, passkey: false },
  ];
  const refused = (typed: 'code' | 'recovery_code' | 'neither', has = application, left = 3) =>
    codeNotTaken({ kind: 'refused', left, typed, has });

  test('what may be done next, by what was typed and what the person has', () => {
    assert.match(refused('code'), /Attendez le suivant.*un code de secours convient aussi\.$/);
    assert.match(refused('recovery_code'), /^Ce code de secours n’est pas le bon.*application/);
    assert.match(refused('neither'), /six chiffres.*douze signes/);
    for (const typed of ['code', 'recovery_code', 'neither'] as const) {
      assert.match(
        refused(typed, passkey),
        /^Ce code de secours n’est pas le bon.*ou utilisez une clé d’accès\.$/,
      );
      assert.doesNotMatch(refused(typed, passkey), /téléphone|suivant|six chiffres/);
    }
  });

  test('the last tries are announced', () => {
    assert.doesNotMatch(refused('code', both, 2), /essai/);
    assert.match(refused('code', both, 1), /Encore un essai/);
    for (const typed of ['code', 'recovery_code', 'neither'] as const) {
      assert.match(refused(typed, application, 0), /^Ce code .*C’était le dernier essai.*quinze minutes\.$/);
      assert.match(refused(typed, both, 0), /Une clé d’accès peut encore servir\.$/);
      assert.doesNotMatch(refused(typed, both, 0), /Essayez|Attendez/, 'what cannot be done is not advised');
    }
  });

  test('one that was not looked at: when, and what else', () => {
    const limited = (has = both) => codeNotTaken({ kind: 'limited', retryAfter: 600, typed: 'code', has });
    assert.match(limited(), /Réessayez dans 10 minutes, ou utilisez une clé d’accès\.$/);
    assert.match(limited(application), /Réessayez dans 10 minutes\.$/);
  });
});
