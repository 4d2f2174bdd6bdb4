import pg from 'pg';
import type { Logger } from 'pino';

// Any number that nothing else locks on.
const LOCKS = 7_310_392;

const SWEEP_EVERY = 5_000;

/**
 * Says that this process is alive, and frees the jobs of those that died. graphile-worker marks a job with the pool
 * that does it, and waits four hours before it believes a pool dead. Here each pool holds an advisory lock under
 * its name: PostgreSQL lets it go at the very moment the process dies.
 */
export function startPresence({ url, logger }: { url: string; logger: Logger }) {
  let client: pg.Client | null = null;
  let poolId: string | null = null;
  let stopped = false;
  let busy = Promise.resolve();

  async function connect(): Promise<pg.Client> {
    const fresh = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 2_000,
      keepAlive: true,
      application_name: 'portail-presence',
    });
    const forget = () => {
      if (client === fresh) client = null;
    };
    fresh.on('error', forget);
    fresh.on('end', forget);
    await fresh.connect();
    client = fresh;
    return fresh;
  }

  /** Holds the lock of the current pool, and frees the jobs of pools whose lock nobody holds. */
  async function sweep(): Promise<void> {
    const connected = client ?? (await connect());
    if (poolId !== null)
      await connected.query('SELECT pg_try_advisory_lock($1, hashtext($2))', [LOCKS, poolId]);
    // A pool that began a moment ago may not hold its lock yet.
    const { rows } = await connected.query<{ id: string }>(
      `SELECT DISTINCT locked_by AS id FROM graphile_worker._private_jobs
       WHERE locked_at < now() - interval '2 seconds' AND locked_by IS DISTINCT FROM $1`,
      [poolId],
    );
    for (const { id } of rows) {
      const { rows: tried } = await connected.query<{ free: boolean }>(
        'SELECT pg_try_advisory_lock($1, hashtext($2)) AS free',
        [LOCKS, id],
      );
      if (!tried[0]?.free) continue;
      await connected.query('SELECT graphile_worker.force_unlock_workers($1)', [[id]]);
      await connected.query('SELECT pg_advisory_unlock($1, hashtext($2))', [LOCKS, id]);
      logger.warn({ pool: id }, 'jobs of a process that died are taken over');
    }
  }

  const inTurn = () => {
    busy = busy.then(async () => {
      if (stopped) return;
      await sweep().catch((error: unknown) => logger.warn({ err: error }, 'dead workers not looked for'));
    });
    return busy;
  };
  const timer = setInterval(inTurn, SWEEP_EVERY);
  timer.unref();

  return {
    /** This process now works under this name; its former one is as if dead. */
    async takeName(id: string): Promise<void> {
      const former = poolId;
      poolId = id;
      if (former !== null) {
        await client?.query('SELECT pg_advisory_unlock($1, hashtext($2))', [LOCKS, former]).catch(() => {});
      }
      await inTurn();
    },
    async stop(): Promise<void> {
      stopped = true;
      clearInterval(timer);
      await busy;
      await client?.end();
    },
  };
}
