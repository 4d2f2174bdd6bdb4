import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type Environment, readEnvironment } from '../../src/config/environment.ts';
import type { Database } from '../../src/database/knex.ts';
import { type Portal, type PortalLimits, startPortal } from '../../src/start.ts';
import { createTestClock, type TestClock } from './clock.ts';
import { createTestDatabase, type Template } from './database.ts';
import { freePort } from './free-port.ts';

interface TestPortalOptions {
  template?: Template;
  /** Variables to add to those of a test. */
  environment?: Record<string, string>;
  clock?: TestClock;
  /** The name that its pages are under, in the place of the address of this machine: passkeys are of a name. */
  host?: 'localhost';
  /** Another portal, whose database and data folder this one shares. */
  beside?: TestPortal;
  /** The address of the database as the portal sees it, where it is not the real one. */
  databaseUrl?: (real: string) => Promise<string> | string;
  /** Limits that are not the portal's own. */
  limits?: Partial<PortalLimits>;
}

export interface TestPortal {
  /** http://127.0.0.1:PORT, or the same under its `host` */
  url: string;
  db: Database;
  databaseUrl: string;
  clock: TestClock;
  environment: Environment;
  /** Lets the requests under way end, then drops the database if it is this portal's own. */
  stop(): Promise<void>;
}

/** Milliseconds that a portal that stops keeps idle connections: no test has a request on its way then. */
const IDLE = 300;
// Between the choice of a free port and its use, somebody else may take it.
const PORT_ATTEMPTS = 5;

/** The whole portal in this process, as `npm start` makes it, all protections on, on a database of its own. */
export async function startTestPortal(options: TestPortalOptions = {}): Promise<TestPortal> {
  const { template = 'demonstration', beside } = options;
  const database = beside
    ? { db: beside.db, url: beside.databaseUrl, drop: async () => {} }
    : await createTestDatabase({ template });
  // A portal that is reached from elsewhere refuses the demonstration: its people are then taken for real ones.
  const isFar = options.environment?.TRUST_PROXY !== undefined || options.environment?.BASE_URL !== undefined;
  if (isFar && template === 'demonstration' && !beside) await forgetDemonstration(database.db);
  const clock = options.clock ?? beside?.clock ?? createTestClock();
  const data = beside?.environment.dataDirectory ?? mkdtempSync(join(tmpdir(), 'portail-data-'));
  const databaseUrl = (await options.databaseUrl?.(database.url)) ?? database.url;
  const { portal, url, environment } = await startOnFreePort(
    { DATABASE_URL: databaseUrl, DATA_DIR: data, ...options.environment },
    clock,
    options,
  );
  return {
    url,
    db: database.db,
    databaseUrl: database.url,
    clock,
    environment,
    async stop() {
      await portal.stop();
      if (beside) return;
      await database.drop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Takes back the last event of a load, by which a portal knows the demonstration: the chain stays intact. */
async function forgetDemonstration(db: Database): Promise<void> {
  await db.transaction(async (trx) => {
    await trx.raw('ALTER TABLE audit_events DISABLE TRIGGER audit_events_append_only');
    const [mark] = await trx('audit_events')
      .where({ action: 'seed.loaded' })
      .whereRaw(`details @> '{"demonstration": true}' AND id = (SELECT last_id FROM audit_head)`)
      .delete()
      .returning(['id', 'previous_hash']);
    await trx('audit_head').update({ last_id: mark.id - 1, last_hash: mark.previous_hash });
    await trx.raw('ALTER TABLE audit_events ENABLE TRIGGER audit_events_append_only');
  });
}

async function startOnFreePort(
  variables: Record<string, string>,
  clock: TestClock,
  { host, limits }: Pick<TestPortalOptions, 'host' | 'limits'>,
): Promise<{ portal: Portal; url: string; environment: Environment }> {
  for (let attempt = 1; ; attempt += 1) {
    const url = `http://${host ?? '127.0.0.1'}:${await freePort()}`;
    const environment = readEnvironment({
      NODE_ENV: 'test',
      PORT: new URL(url).port,
      BASE_URL: url,
      LOG_LEVEL: 'silent',
      ...variables,
    });
    try {
      const portal = await startPortal(environment, pino({ level: environment.logLevel }), clock, {
        idle: IDLE,
        ...limits,
      });
      return { portal, url, environment };
    } catch (error) {
      if ((error as { code?: string }).code !== 'EADDRINUSE' || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}
