import { createServer, type Server } from 'node:http';
import { type AddressInfo, Server as NetServer } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Express } from 'express';
import type { Logger } from 'pino';
import { isDemonstration, loadDemonstration } from '../seeds/demonstration.ts';
import { loadReference } from '../seeds/reference.ts';
import { createApp } from './app.ts';
import { demonstrationFaults } from './config/demonstration.ts';
import { type Environment, EnvironmentError } from './config/environment.ts';
import { factorsOf } from './config/factors.ts';
import { sessionSecret } from './config/secret.ts';
import { watchClock } from './database/clock-watch.ts';
import { startEmbeddedServer } from './database/embedded/server.ts';
import { type Database, openDatabase } from './database/knex.ts';
import { migrateUp } from './database/migrate.ts';
import { listenTo } from './database/notifications.ts';
import { ownsTrail } from './database/portal-rights.ts';
import { tellNewerSchema } from './database/schema.ts';
import { settles } from './database/settling.ts';
import { type Clock, systemClock } from './domain/clock.ts';
import { createPress } from './exports/press.ts';
import { createWorker } from './jobs/index.ts';
import { clientErrors } from './middlewares/client-errors.ts';
import { snapshotOf } from './repositories/snapshot.ts';
import { breachedPasswords } from './security/breached-passwords.ts';
import { hashPassword } from './security/passwords.ts';
import type { Pause } from './security/slow-lane.ts';
import type { ExportLimits } from './services/context.ts';
import { createServices } from './services/index.ts';

/** A portal that answers, and how to stop it without cutting anyone off. */
export interface Portal {
  address: string;
  demonstration: boolean;
  stop(): Promise<void>;
}

/** What bounds the server, in milliseconds. */
export interface PortalLimits {
  /** The longest that the head of a request may take to come, and its whole. */
  headers: number;
  request: number;
  /** How often requests under way are looked at for it. */
  checks: number;
  /** The longest that answers under way are waited for when the portal stops, and that it takes in all. */
  drain: number;
  stop: number;
  /** How long connections that are idle meanwhile are kept then: what each answer promised to its client, or less. */
  idle: number;
  exports: Partial<ExportLimits>;
  /** How attempts that are slowed wait, where it is not by the time itself. */
  pause?: Pause;
}

/** How long a connection is kept for the next request after an answer, which says so to its client. */
const KEEP_ALIVE = 5_000;

const LIMITS: PortalLimits = {
  headers: 15_000,
  request: 30_000,
  checks: 5_000,
  drain: 30_000,
  stop: 34_000,
  idle: KEEP_ALIVE,
  exports: {},
};
// Room for long addresses, and for the cookies of other sites of the same domain.
const LARGEST_HEADERS = 32 * 1024;

/**
 * Starts the whole portal: database, schema, reference data, demonstration data the first time where the database
 * is embedded, and the web server.
 */
export async function startPortal(
  environment: Environment,
  logger: Logger,
  clock: Clock = systemClock,
  others: Partial<PortalLimits> = {},
): Promise<Portal> {
  const limits = { ...LIMITS, ...others };
  const { databaseUrl, databaseOwnerUrl, dataDirectory, breachedPasswordsFile } = environment;
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
  await tellNewerSchema(db, logger);
  const clockWatch = await watchClock({ db, logger });
  const batchDb = openDatabase(url, { kind: 'batches' });
  if (!embedded && (await ownsTrail(db))) {
    logger.warn(
      {},
      'the trail is protected by triggers alone, and takes events of any date: set DATABASE_OWNER_URL to take these rights away too',
    );
  }
  const demonstration = await isDemonstration(db);
  if (demonstration) refuseFarDemonstration(environment);

  const breached = breachedPasswordsFile === null ? undefined : breachedPasswords(breachedPasswordsFile);
  const secret = sessionSecret(environment);
  const services = createServices({
    db,
    batchDb,
    clock,
    exportLimits: limits.exports,
    pause: limits.pause,
    factors: factorsOf(environment),
    passkeys: { origin: new URL(environment.baseUrl).origin, secret },
    breached,
  });
  const press = createPress(url);
  const snapshot = snapshotOf(db);
  const listener = listenTo({ url, logger }, 'portail_reference_data', () => snapshot.forget());
  snapshot.heed(listener.heardUntil);
  const context = {
    db,
    services,
    clock,
    clockWatch,
    environment,
    snapshot,
    logger,
    press,
    demonstration,
    sessionSecret: secret,
  };
  const worker = createWorker({ url, services, snapshot, clock, environment, logger });
  const server = await createPortalServer(createApp({ ...context, worker }), context, limits);
  try {
    await listen(server, environment);
  } catch (error) {
    // The database may be stopped next, and its end is not news.
    clockWatch.stop();
    listener.stop();
    throw error;
  }
  worker.start();
  return {
    address: environment.baseUrl,
    demonstration,
    async stop() {
      const end = Date.now() + limits.stop;
      await within(limits.drain, Promise.allSettled([drain(server, limits), worker.stop()]), () =>
        logger.warn({}, 'stopping: what is still under way is cut'),
      );
      await within(CUT, services.exports.stop(), () => logger.warn({}, 'stopping: exports are cut untold'));
      server.closeAllConnections();
      clockWatch.stop();
      listener.stop();
      await press.close();
      breached?.close();
      await within(CLOSE, Promise.allSettled([db, batchDb].map((pool) => pool.destroy())), () =>
        logger.warn({}, 'stopping: connections to the database are left as they are'),
      );
      await within(end - Date.now(), embedded?.stop(), () =>
        logger.warn({}, 'stopping: the embedded database is left as it is'),
      );
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

/** @throws EnvironmentError where the settings refuse demonstration data */
function refuseFarDemonstration(environment: Environment): void {
  const faults = demonstrationFaults(environment);
  if (faults.length > 0) throw new EnvironmentError(faults);
}

function listen(server: Server, { port, host }: Environment): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server.address() as AddressInfo));
  });
}

/** The web server, with what bounds each request before the application sees it. */
async function createPortalServer(
  app: Express,
  { environment, demonstration }: { environment: Environment; demonstration: boolean },
  limits: PortalLimits,
): Promise<Server> {
  const server = createServer(
    {
      maxHeaderSize: LARGEST_HEADERS,
      headersTimeout: limits.headers,
      requestTimeout: limits.request,
      connectionsCheckingInterval: limits.checks,
      keepAliveTimeout: KEEP_ALIVE,
    },
    app,
  );
  const https = environment.baseUrl.startsWith('https://');
  return server.on('clientError', await clientErrors(app, { https, demonstration }));
}

/** Milliseconds that the trail gets to be told of the exports that are cut, and connections to the database to close. */
const CUT = 1_000;
const CLOSE = 2_000;

/** Waits for the work, but no longer than this: `late` then says what is left. */
async function within(
  milliseconds: number,
  work: Promise<unknown> | undefined,
  late: () => void,
): Promise<void> {
  if (work === undefined) return;
  if (!(await settles(work, milliseconds))) return late();
  // What made it fail is the caller's.
  await work;
}

/** Milliseconds from one look at the connections that nobody uses any more to the next. */
const LOOK = 100;
/** Turns of the event loop after which a portal that new connections never cease to reach leaves all the same. */
const MOST_TURNS = 1_000;

/**
 * Takes no new connection, tells every client to leave after its answer, and waits for the answers under way. Idle
 * connections are closed only once they are kept no longer than was promised: http's own `close` would do it at once, and
 * cut those whose request is on its way.
 */
async function drain(server: Server, { idle }: PortalLimits): Promise<void> {
  await nobodyWaits(server);
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
  // Not before: who is told to leave comes back at once, and would be among those that wait.
  server.prependListener('request', (_req, res) => res.setHeader('Connection', 'close'));
  const kept = Date.now() + idle;
  const leaving = setInterval(() => {
    if (Date.now() > kept) server.closeIdleConnections();
  }, LOOK);
  await closed;
  clearInterval(leaving);
}

/**
 * Waits for a turn of the event loop in which nobody connected: the system cuts, with the listener, the connections that
 * wait to be accepted, and a turn accepts one of them.
 */
async function nobodyWaits(server: Server): Promise<void> {
  let came = true;
  const onCome = () => {
    came = true;
  };
  server.on('connection', onCome);
  // The first turn ends before it has looked at the network.
  for (let turn = 0; turn < 2 || (came && turn < MOST_TURNS); turn += 1) {
    came = false;
    await nextTurn();
  }
  server.off('connection', onCome);
}
