import { setTimeout as sleep } from 'node:timers/promises';
import { settles } from '../settling.ts';
import { EmbeddedServerError, findBinaries } from './binaries.ts';
import { createCluster, OWNER, readConnection, rememberPort } from './cluster.ts';
import { type Cluster, type Logger, locateCluster } from './folder.ts';
import { type Hold, joinServer, release } from './hold.ts';
import { findRunningServer } from './lock.ts';
import { choosePort, HOST, type Launch, launchServer } from './process.ts';

export interface EmbeddedServer {
  /** Connection address of the portal's database, as the role that owns everything. */
  url: string;
  /** The same on the database `postgres`, to create other databases. */
  adminUrl: string;
  /** False when a server that was already running is reused. */
  started: boolean;
  /** Stops the server, unless another process still uses it. Can be called twice. */
  stop(): Promise<void>;
}

interface EmbeddedServerOptions {
  /** Everything goes to its folder `postgresql`. */
  dataDirectory: string;
  logger?: Logger;
  /** PostgreSQL settings to add or replace; without effect on a server that is already running. */
  settings?: Record<string, string>;
  /** Folder of a package of binaries to use instead of the installed one. */
  binaries?: string;
}

interface Context {
  cluster: Cluster;
  logger: Logger;
  settings: Record<string, string>;
  native: () => Promise<string>;
}

/** A recovery after a crash replays at most max_wal_size: it may last. */
const START_PATIENCE_MS = 120_000;
/** After kill -9, memory and files of the former server stay busy for a second or two. */
const RETRY_PATIENCE_MS = 10_000;
const PASSING_FAILURE =
  /lock file ".*" (already exists|is empty)|pre-existing shared memory|could not (bind|create any TCP)/;

/** Milliseconds that a process which ends waits for a server that it is still starting. */
const STARTED_WITHIN = 10_000;

/** Those that this process has started or joined, or is about to. */
const used = new Set<Promise<EmbeddedServer>>();

/** Stops every server that this process uses, unless another process does too: to be done before any exit. */
export async function stopEmbeddedServers(): Promise<void> {
  // One that did not start is told by who wanted it; one that does not come in time is left to itself.
  const each = [...used].map(async (server) => {
    if (await settles(server, STARTED_WITHIN)) await (await server).stop();
  });
  await Promise.allSettled(each);
}

/**
 * Starts the embedded PostgreSQL, or joins the one that runs on the same data directory, and creates the
 * database of the portal if needed. Should the server die, it is started again on the same port.
 * @throws EmbeddedServerError one sentence that says why and points to DATABASE_URL
 */
export function startEmbeddedServer(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  const server = start(options);
  used.add(server);
  return server;
}

async function start(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
  try {
    const logger = options.logger ?? { info() {}, warn() {} };
    const cluster = await locateCluster(options.dataDirectory, logger);
    const native = () => findBinaries(cluster.home, cluster.user, options.binaries);
    return await useServer({ cluster, logger, native, settings: options.settings ?? {} });
  } catch (error) {
    if (error instanceof EmbeddedServerError) throw error;
    throw new EmbeddedServerError(error instanceof Error ? error.message : String(error), error);
  }
}

async function useServer(context: Context): Promise<EmbeddedServer> {
  const opened = await openServer(context);
  const { port, password } = opened.hold;
  let hold: Hold | undefined;
  let stopping: Promise<void> | undefined;
  let revival: Promise<void> = Promise.resolve();

  function keep(newHold: Hold): void {
    hold = newHold;
    // Forgetting stop() must not keep a command from ending.
    newHold.client.unref();
    newHold.client.once('end', () => {
      hold = undefined;
      if (!stopping) revival = revive();
    });
  }

  async function revive(): Promise<void> {
    context.logger.warn({ port }, 'the embedded PostgreSQL went away; starting it again');
    while (!stopping) {
      try {
        // Pools hold the address: only the same port helps them.
        keep((await openServer(context, port)).hold);
        return context.logger.info({ port }, 'the embedded PostgreSQL is back');
      } catch (error) {
        context.logger.warn({ port, err: error }, 'the embedded PostgreSQL does not come back; trying again');
        await sleep(1_000, undefined, { ref: false });
      }
    }
  }

  async function stop(): Promise<void> {
    await revival;
    if (!hold) return;
    const { pid } = hold;
    const stopped = await release(hold, context.cluster, context.native);
    context.logger.info(
      { server: pid },
      stopped ? 'embedded PostgreSQL stopped' : 'embedded PostgreSQL left running',
    );
  }

  keep(opened.hold);
  if (opened.started) await rememberPort(context.cluster, { port, password });
  const url = (database: string) => `postgres://${OWNER}:${password}@${HOST}:${port}/${database}`;
  return {
    url: url(OWNER),
    adminUrl: url('postgres'),
    started: opened.started,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** Joins the running server, or launches one and joins it; insists while the obstacle is a passing one. */
async function openServer(context: Context, fixedPort?: number): Promise<{ hold: Hold; started: boolean }> {
  const { cluster, logger } = context;
  const limit = Date.now() + START_PATIENCE_MS;
  let retryLimit: number | undefined;
  let obstacle = 'it does not answer';
  let launch: Launch | undefined;
  try {
    while (Date.now() < limit) {
      const hold = await joinServer(cluster);
      if (hold) {
        const started = hold.pid === launch?.pid;
        launch = undefined;
        const details = { port: hold.port, server: hold.pid, folder: cluster.home };
        logger.info(details, started ? 'embedded PostgreSQL started' : 'embedded PostgreSQL already running');
        return { hold, started };
      }
      const failure = await launch?.failure();
      if (failure !== undefined) {
        launch = undefined;
        obstacle = `it stopped at once (${failure})`;
        retryLimit ??= Date.now() + RETRY_PATIENCE_MS;
        if (!PASSING_FAILURE.test(failure) || Date.now() > retryLimit) break;
        await sleep(100);
      }
      if (!launch && !(await findRunningServer(cluster))) launch = await launchNew(context, fixedPort);
      await sleep(20);
    }
  } finally {
    launch?.interrupt();
  }
  throw new EmbeddedServerError(`${obstacle}, see ${cluster.log}`);
}

async function launchNew(context: Context, fixedPort: number | undefined): Promise<Launch> {
  const { cluster, settings } = context;
  const native = await context.native();
  await createCluster(cluster, native, settings.fsync !== 'off');
  const port = fixedPort ?? (await choosePort((await readConnection(cluster)).port));
  return launchServer(cluster, native, port, settings);
}
