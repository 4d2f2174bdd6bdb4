import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from './environment.ts';

type Place = Pick<Environment, 'dataDirectory'>;

/** Where the key that signs the checkpoints of the trail is kept. */
export const auditKeyFile = ({ dataDirectory }: Place): string => join(dataDirectory, 'audit-key.pem');

/**
 * The Ed25519 private key of the checkpoints, or undefined where none was made yet.
 * @throws Error when the file is there but is no such key
 */
export function findAuditKey(place: Place): KeyObject | undefined {
  const file = auditKeyFile(place);
  let pem: string;
  try {
    pem = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${file} cannot be read`, { cause: error });
  }
  const key = parsed(pem);
  if (key?.asymmetricKeyType !== 'ed25519') throw new Error(`${file} is not an Ed25519 private key`);
  return key;
}

/** The same, made the first time and readable by its owner alone. */
export function auditKey(place: Place): KeyObject {
  const found = findAuditKey(place);
  if (found) return found;
  const { privateKey } = generateKeyPairSync('ed25519');
  mkdirSync(place.dataDirectory, { recursive: true });
  // Never over another key: checkpoints already signed with it would no longer be believed.
  writeFileSync(auditKeyFile(place), privateKey.export({ type: 'pkcs8', format: 'pem' }), {
    mode: 0o600,
    flag: 'wx',
  });
  return privateKey;
}

function parsed(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
