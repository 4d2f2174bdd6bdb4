import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { spawnPortal } from '../tools/process.ts';
import { PROOFS } from './index.ts';

const prove = (word: string) => spawnPortal({}, [process.execPath, join('test', 'prove.ts'), word]);

test('an unknown proof, or option, stops the command with a sentence and exit code 2', async () => {
  for (const [word, told] of [
    ['tout', PROOFS.map(({ name }) => name).join(', ')],
    ['--vite', '--vite'],
  ] as const) {
    const { ended, output } = prove(word);
    assert.equal(await ended, 2, word);
    const { out, err } = output();
    assert.equal(out, '');
    const [sentence = '', ...rest] = err.trim().split('\n');
    assert.ok(rest.length === 0 || rest[1]?.startsWith('Usage: npm run prove'), err);
    assert.doesNotMatch(err, /\n\s+at /);
    assert.ok(sentence.includes(told), err);
  }
});

test('each proof has a name of its own, which can be typed', () => {
  const names = PROOFS.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[a-z-]+$/);
  assert.ok(!names.includes('short'));
});
