import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';

/** What the options of the portal say that a key needs. */
interface Challenged {
  challenge: string;
}

/** What a key, or a browser, may do wrong. */
export interface Wrongs {
  origin?: string;
  rpID?: string;
  type?: string;
  challenge?: string;
  /** Nobody touched it; or it did not verify its person. */
  present?: boolean;
  verified?: boolean;
  counter?: number;
  userHandle?: string | null;
  id?: string;
  /** Signs something else. */
  spoiled?: boolean;
}

const [PRESENT, VERIFIED, BACKUP, ATTESTED] = [0x01, 0x04, 0x18, 0x40];
const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest();
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');

/** A passkey without device: it answers what a browser would, or what none would. */
export function softwareKey({ origin, synced = false }: { origin: string; synced?: boolean }) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });
  const id = randomBytes(32);
  let counter = 0;

  const clientData = (type: string, { challenge }: Challenged, wrongs: Wrongs) =>
    Buffer.from(
      JSON.stringify({
        type: wrongs.type ?? type,
        challenge: wrongs.challenge ?? challenge,
        origin: wrongs.origin ?? origin,
        crossOrigin: false,
      }),
    );

  function authenticatorData(wrongs: Wrongs, attested?: Uint8Array): Buffer {
    const { rpID = new URL(origin).hostname, present = true, verified = true } = wrongs;
    if (!synced) counter += 1;
    const head = Buffer.alloc(5);
    head[0] =
      (present ? PRESENT : 0) | (verified ? VERIFIED : 0) | (synced ? BACKUP : 0) | (attested ? ATTESTED : 0);
    head.writeUInt32BE(wrongs.counter ?? counter, 1);
    return Buffer.concat([sha256(rpID), head, ...(attested ? [attested] : [])]);
  }

  function coseKey(): Uint8Array {
    const [x, y] = [jwk.x, jwk.y].map((each) => new Uint8Array(Buffer.from(each ?? '', 'base64url')));
    const pairs: [number, number | Uint8Array][] = [
      ...([
        [1, 2],
        [3, -7],
        [-1, 1],
      ] as [number, number][]),
      [-2, x as Uint8Array],
      [-3, y as Uint8Array],
    ];
    return isoCBOR.encode(new Map<string | number, never>(pairs as never));
  }

  return {
    id: text(id),

    /** What `navigator.credentials.create` would answer. */
    create(options: Challenged, wrongs: Wrongs = {}) {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const attested = Buffer.concat([Buffer.alloc(16), length, id, coseKey()]);
      const authData = new Uint8Array(authenticatorData(wrongs, attested));
      const object = new Map<string, never>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authData],
      ] as never);
      const response = {
        clientDataJSON: text(clientData('webauthn.create', options, wrongs)),
        attestationObject: text(isoCBOR.encode(object)),
        transports: ['internal'],
      };
      const named = wrongs.id ?? text(id);
      return { id: named, rawId: named, type: 'public-key', response, clientExtensionResults: {} } as const;
    },

    /** What `navigator.credentials.get` would answer, for who is known by that handle. */
    get(options: Challenged, userHandle: string | null, wrongs: Wrongs = {}) {
      const client = clientData('webauthn.get', options, wrongs);
      const data = authenticatorData(wrongs);
      const signed = Buffer.concat([data, sha256(wrongs.spoiled ? 'something else' : client)]);
      const handle = wrongs.userHandle === undefined ? userHandle : wrongs.userHandle;
      const response = {
        clientDataJSON: text(client),
        authenticatorData: text(data),
        signature: text(sign('sha256', signed, privateKey)),
        ...(handle === null ? {} : { userHandle: handle }),
      };
      const named = wrongs.id ?? text(id);
      return { id: named, rawId: named, type: 'public-key', response, clientExtensionResults: {} } as const;
    },
  };
}

export type SoftwareKey = ReturnType<typeof softwareKey>;
