import { createServer, type Server } from 'node:http';
import { type AddressInfo, Server as NetServer } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from 'pino';
import { isDemonstration, loadDemonstration } from '../seeds/demonstration.ts';
import { loadReference } from '../seeds/reference.ts';
import { createApp } from './app.ts';
import { type Environment, EnvironmentError } from './config/environment.ts';
import { sessionSecret } from './config/secret.ts';
import { startEmbeddedServer } from './database/embedded-server.ts';
import { type Database, openDatabase } from './database/knex.ts';
import { migrateUp } from './database/migrate.ts';
import { type Clock, systemClock } from './domain/clock.ts';
import { startWorker } from './jobs/index.ts';
import { createLabels } from './repositories/labels.ts';
import { createServices } from './services/index.ts';
import { hashPassword } from './services/passwords.ts';

/** A portal that answers, and how to stop it without cutting anyone off. */
export interface Portal {
  address: string;
  demonstration: boolean;
  stop(): Promise<void>;
}

// Room for the longest address that a person could paste: it is answered with a page, not with a dropped connection.
const LARGEST_HEADERS = 512 * 1024;

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * Starts the whole portal: database, schema, reference data, demonstration data the first time where the database
 * is embedded, and the web server.
 */
export async function startPortal(
  environment: Environment,
  logger: Logger,
  clock: Clock = systemClock,
): Promise<Portal> {
  const { databaseUrl, databaseOwnerUrl, dataDirectory } = environment;
  if (databaseUrl === null) refuseFarDemonstration(environment);
  const embedded = databaseUrl === null ? await startEmbeddedServer({ dataDirectory, logger }) : null;
  const url = databaseUrl ?? embedded?.url ?? '';
  const ran = await migrateUp(databaseOwnerUrl ?? url, url);
  if (ran.length > 0) logger.info({ migrations: ran.length }, 'schema migrated');
  await prepare(url, async (db) => {
    await loadReference(db, { clock });
    if (embedded) await loadDemonstration(db, { clock, hashPassword });
  });
  const db = openDatabase(url);
  const batchDb = openDatabase(url, { kind: 'batches' });
  const exportDb = openDatabase(url, { kind: 'exports' });
  if (databaseOwnerUrl === null && !embedded) {
    logger.warn(
      {},
      'the trail is protected by triggers alone: set DATABASE_OWNER_URL to take the right away too',
    );
  }
  const demonstration = await isDemonstration(db);
  if (demonstration) refuseFarDemonstration(environment);

  const services = createServices({ db, batchDb, clock });
  const labels = createLabels(db);
  const secret = sessionSecret(environment);
  const context = {
    db,
    exportDb,
    services,
    clock,
    environment,
    labels,
    logger,
    demonstration,
    sessionSecret: secret,
  };
  const server = createServer({ maxHeaderSize: LARGEST_HEADERS }, createApp(context));
  await listen(server, environment);
  const worker = startWorker({ db, url, services, clock, environment, logger });
  return {
    address: environment.baseUrl,
    demonstration,
    async stop() {
      await drain(server);
      await worker.stop();
      await Promise.all([db, batchDb, exportDb].map((pool) => pool.destroy()));
      await embedded?.stop();
    },
  };
}

/** What comes before anybody is served takes the time it needs. */
async function prepare(url: string, work: (db: Database) => Promise<void>): Promise<void> {
  const db = openDatabase(url, { kind: 'commands', connections: 2 });
  try {
    await work(db);
  } finally {
    await db.destroy();
  }
}

/** The demonstration's password is public: it is never shown beyond this machine, nor in production. */
function refuseFarDemonstration({ host, production }: Environment): void {
  if (production)
    throw new EnvironmentError(['DATABASE_URL: holds demonstration data, which production refuses']);
  if (!LOOPBACK.has(host)) {
    throw new EnvironmentError([
      `HOST: ${host} is not loopback, and the password of the demonstration data is public`,
    ]);
  }
}

function listen(server: Server, { port, host }: Environment): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

/** Milliseconds that clients get to notice that the portal leaves. */
const DRAIN = 300;

/**
 * Takes no new connection, tells every client to leave after its answer, and waits for the answers under way. Idle
 * connections are closed only later: http's own `close` would do it at once, and cut those whose request is on its way.
 */
async function drain(server: Server): Promise<void> {
  server.prependListener('request', (_req, res) => res.setHeader('Connection', 'close'));
  // Right after a look at the network: connections that wait to be accepted would be refused halfway.
  await nextTurn();
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
  const leaving = setInterval(() => server.closeIdleConnections(), DRAIN);
  await closed;
  clearInterval(leaving);
}
