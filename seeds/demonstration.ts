import { randomBytes } from 'node:crypto';
import type { Database } from '../src/database/knex.ts';
import { transaction } from '../src/database/transaction.ts';
import { job } from '../src/domain/audit-event.ts';
import type { Clock } from '../src/domain/clock.ts';
import { DEMONSTRATION_PASSWORD } from './demonstration/cast.ts';
import type { AccountRow } from './demonstration/rows.ts';
import { setStage } from './demonstration/stage.ts';
import { tellStory } from './demonstration/story.ts';
import { insert, writeStory } from './demonstration/write.ts';

interface DemonstrationContext {
  clock: Clock;
  hashPassword(password: string): Promise<string>;
}

/** What a load of the demonstration added. */
interface DemonstrationLoad {
  accounts: number;
  /** False when there were accounts already: nothing is added to what people did. */
  changed: boolean;
}

/**
 * Fills a portal that has no account yet with the fictional people, requests and history of the documentation,
 * the same at each load, but for dates, which follow the day. The reference data must be there. All of it or nothing.
 */
export async function loadDemonstration(
  db: Database,
  { clock, hashPassword }: DemonstrationContext,
): Promise<DemonstrationLoad> {
  const passwordHash = await hashPassword(DEMONSTRATION_PASSWORD);
  const unknownHash = await hashPassword(randomBytes(32).toString('base64url'));
  return transaction({ db, clock, actor: job('seed') }, async ({ db: trx, record }) => {
    // Two portals that start at once: the second waits, then sees the accounts of the first.
    await trx.raw('LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE');
    if (await trx('accounts').first('id')) return { accounts: 0, changed: false };
    const stage = await setStage(trx, clock.now());
    tellStory(stage);
    await writeStory(trx, stage);
    await placeApplications(trx);
    // Nobody knows the password that others than the cast chose.
    const hashOf = (account: AccountRow) => (stage.isCast(account) ? passwordHash : unknownHash);
    const activated = stage.chronicle.accounts.filter((account) => account.last_sign_in_at !== null);
    await insert(
      trx,
      'credentials',
      activated.map((account) => {
        return { account_id: account.id, password_hash: hashOf(account), changed_at: account.created_at };
      }),
    );
    record({ action: 'seed.loaded', details: { organisms: 0, roles: 0, demonstration: true } });
    return { accounts: stage.chronicle.accounts.length, changed: true };
  });
}

/** Where two applications are, for « Ouvrir »: no such site exists, so that no real portal leads there. */
async function placeApplications(trx: Database): Promise<void> {
  for (const code of ['energie', 'accords-locaux']) {
    await trx('applications')
      .where({ code })
      .whereNull('address')
      .update({ address: `https://${code}.exemple.fr` });
  }
}

/** True when the demonstration was loaded there, whose password is public. The trail cannot lose it. */
export async function isDemonstration(db: Database): Promise<boolean> {
  const found = await db.raw(`
    SELECT EXISTS (
      SELECT FROM audit_events WHERE action = 'seed.loaded' AND details @> '{"demonstration": true}'
    ) AS loaded
  `);
  return found.rows[0].loaded;
}
