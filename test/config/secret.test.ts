import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { readEnvironment } from '../../src/config/environment.ts';
import { sessionSecret } from '../../src/config/secret.ts';

describe('sessionSecret', () => {
  const folder = mkdtempSync(join(tmpdir(), 'portail-secret-'));
  after(() => rmSync(folder, { recursive: true }));

  test('the one of the environment comes first', () => {
    const environment = readEnvironment({ SESSION_SECRET: 'b'.repeat(40), DATA_DIR: join(folder, 'unused') });
    assert.equal(sessionSecret(environment), 'b'.repeat(40));
  });

  test('otherwise it is made once, kept for its owner alone, and long', () => {
    const environment = readEnvironment({ DATA_DIR: join(folder, 'new') });
    const secret = sessionSecret(environment);
    assert.ok(secret.length >= 64);
    assert.equal(sessionSecret(environment), secret);
    assert.equal(statSync(join(folder, 'new', 'session-secret')).mode & 0o777, 0o600);
    assert.notEqual(sessionSecret(readEnvironment({ DATA_DIR: join(folder, 'other') })), secret);
  });
});
