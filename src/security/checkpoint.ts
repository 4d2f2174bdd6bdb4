import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** A signed statement: at this instant the trail held these events, the last of them with this number and hash. */
export interface Checkpoint {
  version: 1;
  last_id: number;
  last_hash: string;
  /** How many events end at last_id: fewer than last_id where the older ones may be purged. */
  events: number;
  created_at: string;
  /** The public key (SPKI, base64). It proves nothing by itself: its fingerprint must be known beforehand. */
  key: string;
  signature: string;
}

type Statement = Pick<Checkpoint, 'last_id' | 'last_hash' | 'events' | 'created_at'>;

// Every field but the signature, in a fixed order; the first word keeps the key from signing anything else by mistake.
const signedBytes = (checkpoint: Omit<Checkpoint, 'signature'>): Buffer => {
  const { version, last_id, last_hash, events, created_at, key } = checkpoint;
  return Buffer.from(
    JSON.stringify(['audit-checkpoint', version, last_id, last_hash, events, created_at, key]),
  );
};

const publicPart = (key: KeyObject): string =>
  createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');

const fingerprint = (publicKey: string): string =>
  `SHA256:${createHash('sha256').update(publicKey, 'base64').digest('base64url')}`;

/** The short name of a private key's public part, to be noted where the key is not. */
export const fingerprintOf = (key: KeyObject): string => fingerprint(publicPart(key));

/** Signs a checkpoint with an Ed25519 private key. */
export function signCheckpoint(statement: Statement, key: KeyObject): Checkpoint {
  const unsigned = { version: 1, ...statement, key: publicPart(key) } as const;
  return { ...unsigned, signature: sign(null, signedBytes(unsigned), key).toString('base64') };
}

/** Why a checkpoint is not to be believed, in one sentence, or null. `trusted` is the expected fingerprint. */
export function signatureFault(checkpoint: Checkpoint, trusted: string): string | null {
  const found = fingerprint(checkpoint.key);
  if (found !== trusted) return `the checkpoint is signed by another key, ${found} instead of ${trusted}`;
  const key = createPublicKey({ key: Buffer.from(checkpoint.key, 'base64'), type: 'spki', format: 'der' });
  const genuine = verify(null, signedBytes(checkpoint), key, Buffer.from(checkpoint.signature, 'base64'));
  return genuine ? null : 'the checkpoint was changed after it was signed';
}

/** The number of the first event that a checkpoint vouches for. */
export const firstIdOf = ({ last_id, events }: Checkpoint): number => last_id - events + 1;
