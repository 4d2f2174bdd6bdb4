import assert from 'node:assert/strict';
import { test } from 'node:test';
import { files, textOf } from '../tools/sources.ts';

/** What reads the snapshot of the reference data (src/repositories/snapshot.ts). */
const READS = /\.(all|current)\(\)|\bcreateLabels\(|\blabelsOf\((?!db\)\.forget\(\))/;

test('no act judges by the snapshot of the reference data: services read what is stored', () => {
  const offences = files('src/services/*.ts').filter((file) => READS.test(textOf(file)));
  assert.deepEqual(offences, []);
});

test('who changes the reference data has it forgotten', () => {
  const offences = files('src/services/*.ts').filter((file) => {
    const text = textOf(file);
    const changes = /(role|organism|application)Repository\(unit\.db\)\.(add|change)\(/.test(text);
    return changes && !text.includes('lockForChange(unit)');
  });
  assert.deepEqual(offences, []);
});
