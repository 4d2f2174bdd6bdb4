import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { checkpointFile } from '../../src/schemas/checkpoint.ts';
import {
  type Checkpoint,
  fingerprintOf,
  firstIdOf,
  signatureFault,
  signCheckpoint,
} from '../../src/security/checkpoint.ts';

const key = generateKeyPairSync('ed25519').privateKey;
const forger = generateKeyPairSync('ed25519').privateKey;
const statement = {
  last_id: 12,
  last_hash: 'a'.repeat(64),
  events: 10,
  created_at: '2026-11-22T09:00:00.000Z',
};
const genuine = signCheckpoint(statement, key);

test('a checkpoint that was not touched is believed, and survives its file', () => {
  assert.equal(signatureFault(genuine, fingerprintOf(key)), null);
  const read = checkpointFile.parse(JSON.parse(JSON.stringify(genuine)));
  assert.deepEqual(read, genuine);
  assert.equal(firstIdOf(genuine), 3);
});

test('any field changed after the signature is seen', () => {
  const changes: Partial<Checkpoint>[] = [
    { last_id: 11 },
    { last_hash: 'b'.repeat(64) },
    { events: 9 },
    { created_at: '2026-11-22T09:00:00.001Z' },
    { signature: genuine.signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')) },
    { signature: '' },
  ];
  for (const change of changes) {
    const fault = signatureFault({ ...genuine, ...change }, fingerprintOf(key));
    assert.equal(fault, 'the checkpoint was changed after it was signed', JSON.stringify(change));
  }
});

test('the key that a checkpoint carries does not vouch for it', () => {
  const forged = signCheckpoint({ ...statement, last_id: 11 }, forger);
  assert.equal(signatureFault(forged, fingerprintOf(forger)), null);
  assert.match(signatureFault(forged, fingerprintOf(key)) ?? '', /signed by another key/);
  const disguised = { ...forged, key: genuine.key };
  assert.match(signatureFault(disguised, fingerprintOf(key)) ?? '', /changed after it was signed/);
});

test('what is not a checkpoint is not read as one', () => {
  const wrong: object[] = [
    { ...genuine, version: 2 },
    { ...genuine, more: 1 },
    { ...genuine, last_id: 12.5 },
    { ...genuine, last_id: '12' },
    { ...genuine, last_hash: 'A'.repeat(64) },
    { ...genuine, events: 13 },
    { ...genuine, events: 0 },
    { ...genuine, created_at: 'hier' },
    { ...genuine, key: 'é' },
    { ...genuine, signature: undefined },
  ];
  for (const content of wrong) {
    assert.equal(checkpointFile.safeParse(content).success, false, JSON.stringify(content));
  }
});
