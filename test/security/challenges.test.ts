import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Asked, challenges } from '../../src/security/challenges.ts';

const NOW = new Date('2026-11-30T10:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const ASKED: Asked = { purpose: 'identity', holder: 'session one', accountId: 12 };
const signed = challenges('a secret of thirty-two characters or more');
const given = (asked = ASKED) => Buffer.from(signed.issue(asked, NOW)).toString('base64url');

describe('challenges of passkeys', () => {
  test('one is read for what it was given for, during five minutes', () => {
    const challenge = given();
    assert.ok(signed.read(challenge, ASKED, later(299)));
    assert.equal(signed.read(challenge, ASKED, later(300)), null);
    assert.deepEqual(signed.read(challenge, ASKED, NOW)?.expiresAt, later(300));
  });

  test('two are never the same, and one has one digest however it is written', () => {
    assert.notEqual(given(), given());
    const challenge = given();
    const hashes = [challenge, `${challenge}=`, challenge.replaceAll('-', '+').replaceAll('_', '/')].map(
      (each) => signed.read(each, ASKED, NOW)?.hash,
    );
    assert.equal(new Set(hashes).size, 1);
  });

  test('another purpose, holder, account or secret reads nothing of it, nor what was changed, cut or invented', () => {
    const challenge = given();
    for (const other of [
      { ...ASKED, purpose: 'second-step' as const },
      { ...ASKED, holder: 'session two' },
      { ...ASKED, accountId: 13 },
      { ...ASKED, accountId: null },
    ])
      assert.equal(signed.read(challenge, other, NOW), null);
    assert.equal(challenges('another secret of so many characters').read(challenge, ASKED, NOW), null);
    const bytes = Buffer.from(challenge, 'base64url');
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8((changed[at] ?? 0) ^ 1, at);
      assert.equal(signed.read(changed.toString('base64url'), ASKED, NOW), null, String(at));
    }
    for (const wrong of ['', 'x', challenge.slice(4), `${challenge}AAAA`, 'A'.repeat(75)])
      assert.equal(signed.read(wrong, ASKED, NOW), null, wrong);
  });

  test('what a device knows an account by is thirty-two bytes, its own, and hangs on the secret', () => {
    assert.equal(Buffer.from(signed.handleOf(12), 'base64url').length, 32);
    assert.equal(signed.handleOf(12), signed.handleOf(12));
    assert.notEqual(signed.handleOf(12), signed.handleOf(13));
  });
});
