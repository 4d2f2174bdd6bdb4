import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

/** Encrypts what factors keep: who reads the database, or a backup, has nothing of it without the key. */
export interface FactorCipher {
  /** `about`: what it is of, as « account 12 »; it opens for nothing else. */
  seal(plain: string, about: string): Buffer;
  /** @throws where it was sealed with another key, or about something else */
  open(sealed: Buffer, about: string): string;
  /** True of what the former key sealed: to be sealed anew. */
  isFormer(sealed: Buffer): boolean;
}

const ALGORITHM = 'aes-256-gcm';
const [ID, IV, TAG] = [4, 12, 16];

interface Key {
  /** Says which key it was, and nothing of it. */
  id: Buffer;
  bytes: Buffer;
}

function keyOf(secret: string): Key {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', 'portail second factor', 32));
  return { id: createHash('sha256').update(bytes).digest().subarray(0, ID), bytes };
}

/** @param former what FACTOR_KEY was before, while there is something that it sealed */
export function factorCipher(secret: string, former: string | null = null): FactorCipher {
  const key = keyOf(secret);
  const keys = [key, ...(former === null ? [] : [keyOf(former)])];
  return {
    seal(plain, about) {
      const iv = randomBytes(IV);
      const cipher = createCipheriv(ALGORITHM, key.bytes, iv).setAAD(Buffer.from(about));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([key.id, iv, cipher.getAuthTag(), body]);
    },
    open(sealed, about) {
      const id = sealed.subarray(0, ID);
      const by = keys.find((each) => each.id.equals(id));
      if (by === undefined)
        throw new Error('sealed with a key that is neither FACTOR_KEY nor the former one');
      const iv = sealed.subarray(ID, ID + IV);
      const decipher = createDecipheriv(ALGORITHM, by.bytes, iv, { authTagLength: TAG });
      decipher.setAAD(Buffer.from(about)).setAuthTag(sealed.subarray(ID + IV, ID + IV + TAG));
      return Buffer.concat([decipher.update(sealed.subarray(ID + IV + TAG)), decipher.final()]).toString(
        'utf8',
      );
    },
    isFormer: (sealed) => !sealed.subarray(0, ID).equals(key.id),
  };
}
