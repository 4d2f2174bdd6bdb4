import { pino } from 'pino';
import { readEnvironment } from '../../src/config/environment.ts';
import { factorsOf } from '../../src/config/factors.ts';
import type { Database } from '../../src/database/knex.ts';
import { transaction } from '../../src/database/transaction.ts';
import { job } from '../../src/domain/audit-event.ts';
import type { JobContext } from '../../src/jobs/context.ts';
import { enqueueMessage } from '../../src/repositories/outbox.ts';
import { snapshotOf } from '../../src/repositories/snapshot.ts';
import { createServices } from '../../src/services/index.ts';
import type { AccountRow } from '../factories/accounts.ts';
import { createTestClock, type TestClock } from '../tools/clock.ts';
import type { TestDatabase } from '../tools/database.ts';

export interface Stage extends JobContext {
  db: Database;
  clock: TestClock;
  url: string;
}

/** What a worker needs, on a database of its own. */
export function setStage({ db, url }: TestDatabase, variables: Record<string, string> = {}): Stage {
  const clock = createTestClock();
  const environment = readEnvironment({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    DATABASE_URL: url,
    ...variables,
  });
  return {
    db,
    url,
    clock,
    environment,
    services: createServices({ db, clock, factors: factorsOf(environment) }),
    snapshot: snapshotOf(db),
    logger: pino({ level: 'silent' }),
  };
}

/** Writes a « mot de passe oublié » for the account, and returns the number of the message. */
export async function writeReset(
  { db, clock }: Pick<Stage, 'db' | 'clock'>,
  account: AccountRow,
): Promise<number> {
  await transaction({ db, clock, actor: job('test') }, (unit) =>
    enqueueMessage(unit, {
      template: 'password-reset',
      to: account.email,
      accountId: account.id,
      values: { firstName: account.first_name, lastName: account.last_name },
    }),
  );
  const [{ id }] = await db('messages').orderBy('id', 'desc').limit(1);
  return id;
}
