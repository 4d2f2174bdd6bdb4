import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../src/database/knex.ts';
import { MIGRATIONS_TABLE } from '../../src/database/schema.ts';
import { transaction } from '../../src/database/transaction.ts';
import { job } from '../../src/domain/audit-event.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { enqueueMessage } from '../../src/repositories/outbox.ts';
import { accountOf } from '../factories/accounts.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { type Outcome, runCommand } from '../tools/process.ts';

/** What was said on the error output, but for the progress. */
export const said = ({ stderr }: Outcome) => stderr.replace(/^ *\d+ % {2}\w+\n/gm, '');

export async function leaveMessage(db: Database): Promise<void> {
  const {
    id,
    email,
    first_name: firstName,
    last_name: lastName,
  } = await accountOf(db, 'tmantel@caf39.caf.fr');
  await transaction({ db, clock: systemClock, actor: job('test') }, async (unit) => {
    await enqueueMessage(unit, {
      ...{ template: 'password-reset', to: email, accountId: id, values: { firstName, lastName } },
    });
    unit.record({ action: 'request.confirmed', details: {} });
  });
}

/** A database worth a backup, a folder to put it in, and the two commands. */
export async function createBackupStage() {
  const folder = mkdtempSync(join(tmpdir(), 'portail-backup-'));
  const inFolder = (name: string) => join(folder, name);
  const source = await createTestDatabase({ template: 'demonstration' });
  await leaveMessage(source.db);
  await leaveMessage(source.db);
  // What must not come back, and what has to be told exactly.
  const { id } = await accountOf(source.db, 'wadama@ucanss.fr');
  await source.db('known_devices').insert({ account_id: id, device_hash: 'x', expires_at: new Date() });
  const title = 'Chargé\\N d’études\t« \\. »\nà l’Est';
  await source.db('accounts').where({ id }).update({ function_title: title });
  await source.db(MIGRATIONS_TABLE).where('name', '>', '20261130').update({ batch: 2 });

  return {
    ...{ folder, inFolder, source },

    /** Runs a command as npm does, on this database. */
    run(name: 'backup' | 'restore', database: TestDatabase, ...options: string[]): Promise<Outcome> {
      const variables = { NODE_ENV: 'test', DATABASE_URL: database.url, DATA_DIR: inFolder('var') };
      return runCommand(`${name}.ts`, options, { cwd: folder, variables });
    },

    async drop(): Promise<void> {
      await source.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type BackupStage = Awaited<ReturnType<typeof createBackupStage>>;
