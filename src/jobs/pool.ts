import { Socket } from 'node:net';
import pg from 'pg';
import { connectionLimits } from '../database/knex.ts';
import { settles } from '../database/settling.ts';

/** Milliseconds. The server cancels at its limit, which is that of batches; one that says nothing is left at ours. */
const QUERY_TIMEOUT = 11_000;

/**
 * By their names, the statements whose failure graphile-worker (0.18, dist/worker.js) cannot stand: it does not wait
 * for the answer that a job is done or failed, so that a failure there would end the process, and a failure to take
 * a job while it stops is printed with its stack.
 */
const UNGUARDED = /^(get_job|complete_job|fail_job)/;

const CLOSED = 'The connections of the runner were closed';

interface Statement {
  name?: string;
}

/**
 * graphile-worker gives its listener's connection back twice where it is lost while it stops, and where it never got
 * one: pg would throw, or has given nothing to call.
 */
function once(
  release: ((destroy?: Error | boolean) => void) | undefined,
): (destroy?: Error | boolean) => void {
  let released = false;
  return (destroy) => {
    if (released) return;
    released = true;
    release?.(destroy);
  };
}

/**
 * Connections for graphile-worker. A failure that it would not survive is told to `onLoss`, who is to replace the
 * runner and this pool; to graphile-worker it looks as if there was nothing to do.
 */
export class RunnerPool extends pg.Pool {
  readonly #onLoss: (error: unknown) => void;
  readonly #sockets: Set<Socket>;
  /** Loans of a connection that have not ended. */
  readonly #loans = new Set<Promise<void>>();
  #broken = false;

  constructor(url: string, { max, onLoss }: { max: number; onLoss: (error: unknown) => void }) {
    const sockets = new Set<Socket>();
    super({
      connectionString: url,
      max,
      application_name: 'portail-jobs',
      ...connectionLimits('batches'),
      query_timeout: QUERY_TIMEOUT,
      // Our own, so that all can be broken at once: pg waits for a server that says nothing.
      stream: () => {
        const socket = new Socket();
        sockets.add(socket);
        socket.once('close', () => sockets.delete(socket));
        return socket;
      },
    });
    this.#sockets = sockets;
    this.#onLoss = onLoss;
    // A connection that is lost while nothing uses it is no loss; without a listener it would end the process.
    this.on('error', () => {});
    this.on('connect', (client) => client.on('error', () => {}));
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Parameters<pg.Pool['connect']>[0]): void;
  override connect(callback?: Parameters<pg.Pool['connect']>[0]): Promise<pg.PoolClient> | undefined {
    // What is lent fails only once it is used: the statement is then known.
    if (!callback) return Promise.resolve(this.#lend() as unknown as pg.PoolClient);
    if (this.#broken) callback(new Error(CLOSED), undefined, () => {});
    else super.connect((error, client, release) => callback(error, client, once(release)));
    return undefined;
  }

  #lend() {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.#loans.add(ended);
    let client: Promise<pg.PoolClient> | null = null;
    return {
      query: async (statement: Statement) => {
        client ??= super.connect();
        try {
          const connected = await client;
          // Nothing more is begun: the runner has been given up.
          if (this.#broken) throw new Error(CLOSED);
          return await connected.query(statement as pg.QueryConfig);
        } catch (error) {
          if (!UNGUARDED.test(statement.name ?? '')) throw error;
          this.#onLoss(error);
          return { rows: [] };
        }
      },
      release: async () => {
        this.#loans.delete(ended);
        end();
        await client?.then(
          (connected) => connected.release(),
          () => {},
        );
      },
    };
  }

  /** Breaks every connection at once; statements under way fail, and none follows. */
  break(): void {
    this.#broken = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Lets statements under way end, for so many milliseconds at most, then closes every connection. */
  async close(patience: number): Promise<void> {
    await settles(Promise.all(this.#loans), patience);
    const ended = this.end();
    if (!(await settles(ended, patience))) this.break();
  }
}
