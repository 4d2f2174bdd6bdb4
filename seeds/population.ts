import { refuseInvalidIndexes, setAside } from '../src/database/aside.ts';
import type { Database } from '../src/database/knex.ts';
import { lastId } from './identities.ts';
import { insertAccounts } from './population/accounts.ts';
import { insertAssignments } from './population/assignments.ts';
import { makePlan } from './population/plan.ts';
import { insertRequests } from './population/requests.ts';
import { appendTrail } from './population/trail.ts';

/** One account an organism at least, and a largest one that has several. */
export const FEWEST_ACCOUNTS = 1_000;
export const MOST_ACCOUNTS = 5_000_000;

interface PopulationOptions {
  /** Accounts to add, from FEWEST_ACCOUNTS to MOST_ACCOUNTS. */
  accounts: number;
  /** Pending requests to add in the largest organism, beyond its share of the others. */
  requests?: number;
  /** Called as the work goes: what is being done, and how much of the whole is done (0 to 1). */
  onProgress?(step: string, done: number): void;
}

/** What was added. */
export interface PopulationReport {
  accounts: number;
  assignments: number;
  requests: number;
  events: number;
}

const TABLES = ['accounts', 'assignments', 'requests'] as const;
// How the time divides, measured with 150,000 and 1,500,000 accounts.
const STEPS = { accounts: 0.08, requests: 0.01, assignments: 0.11, indexes: 0.3, trail: 0.42, vacuum: 0.08 };

/**
 * Adds a large fictional population to what is there: the same one for the same reference data and the same last
 * account. One transaction, during which the portal waits; it needs to own the tables and no statement timeout.
 */
export async function populate(db: Database, options: PopulationOptions): Promise<PopulationReport> {
  const { accounts, requests = 0, onProgress = () => {} } = options;
  let done = 0;
  const step = async <T>(
    name: keyof typeof STEPS,
    work: (progress: (fraction: number) => void) => Promise<T>,
  ) => {
    const start = done;
    const tell = (fraction: number) => onProgress(name, start + fraction * STEPS[name]);
    tell(0);
    const result = await work(tell);
    done = start + STEPS[name];
    return result;
  };

  const report = await db.transaction(async (trx) => {
    // Dates are cut to days: the session's own time zone must not matter.
    for (const setting of SETTINGS) await trx.raw(`SET LOCAL ${setting}`);
    await trx.raw('LOCK TABLE accounts, assignments, requests IN ACCESS EXCLUSIVE MODE');
    const before = await lastIds(trx);
    const plan = await makePlan(trx, accounts);
    const aside = await setAside(trx, [...TABLES, 'account_texts']);
    await step('accounts', (progress) => insertAccounts(trx, plan, progress));
    await step('requests', (progress) => insertRequests(trx, plan, requests, progress));
    await step('assignments', (progress) => insertAssignments(trx, plan, progress));
    // What the trigger that was held would have written: national searches look nowhere else.
    await trx.raw(`
      INSERT INTO account_texts (account_id, search_text, search_key)
      SELECT id, search_text, search_key FROM accounts ORDER BY last_key, first_key, id
      ON CONFLICT (account_id) DO NOTHING
    `);
    await step('indexes', (progress) => aside.restore(progress));
    const events = await step('trail', (progress) => appendTrail(trx, before, progress));
    await refuseInvalidIndexes(trx);
    const after = await lastIds(trx);
    return {
      accounts,
      assignments: after.assignments - before.assignments,
      requests: after.requests - before.requests,
      events,
    };
  });

  await step('vacuum', async (progress) => {
    const tables = [...TABLES, 'account_texts', 'audit_events'];
    for (const [index, table] of tables.entries()) {
      await db.raw(`VACUUM (ANALYZE) ${table}`);
      progress((index + 1) / tables.length);
    }
  });
  return report;
}

const SETTINGS = [`timezone = 'UTC'`, `work_mem = '128MB'`, `maintenance_work_mem = '512MB'`, 'jit = off'];

async function lastIds(trx: Parameters<typeof lastId>[0]) {
  return {
    accounts: await lastId(trx, 'accounts'),
    assignments: await lastId(trx, 'assignments'),
    requests: await lastId(trx, 'requests'),
  };
}
