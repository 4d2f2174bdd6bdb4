import type { Database } from '../../src/database/knex.ts';
import { next, SOME_DAY } from './sequence.ts';

/** An application, a passkey and two recovery codes, that open nothing: no test signs in by them. */
export async function createFactors(db: Database, { id }: { id: number }): Promise<void> {
  const number = next();
  const added = { account_id: id, added_at: SOME_DAY };
  await db('authenticators').insert({ ...added, secret: Buffer.from(`secret-${number}`), last_step: 0 });
  await createPasskey(db, { id }, `clé-${number}`);
  await db('recovery_codes').insert(['a', 'b'].map((code) => ({ ...added, code_hash: `${code}-${number}` })));
}

/** A passkey alone, that opens nothing; its number. */
export async function createPasskey(db: Database, { id }: { id: number }, name: string): Promise<number> {
  const key = { public_key: Buffer.from('k'), sign_count: 0, transports: [], synced: false };
  const [made] = await db('passkeys')
    .insert({ account_id: id, added_at: SOME_DAY, credential_id: `credential-${next()}`, name, ...key })
    .returning('id');
  return made.id;
}

/** A reset of somebody's second factor, which waits, asked for by nobody in particular. */
export async function createReset(db: Database, { id }: { id: number }, fields = {}): Promise<number> {
  const { organism_id } = await db('accounts').where({ id }).first('organism_id');
  const [reset] = await db('factor_resets')
    .insert({
      ...{ account_id: id, organism_id, asked_at: SOME_DAY, reason: 'Téléphone perdu' },
      ...{ effective_at: '2099-01-01', ...fields },
    })
    .returning('id');
  return reset.id;
}
