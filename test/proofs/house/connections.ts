import { setTimeout as sleep } from 'node:timers/promises';
import { textOf } from '../../tools/sources.ts';
import type { House } from './house.ts';
import type { Unit } from './unit.ts';

const LOOK_EVERY = 200;

/** How many connections docs/operating.md says that a portal, or a worker, takes at most. */
export function promisedConnections(process: 'portal' | 'worker' = 'portal'): number {
  const line = new RegExp(`^\\| a ${process} \\|.*\\| (\\d+) \\|$`, 'm');
  const said = line.exec(textOf('docs/operating.md'))?.[1];
  if (said === undefined)
    throw new Error(`docs/operating.md no longer says how many connections a ${process} takes`);
  return Number(said);
}

/** Watches how many connections a process has at most; PostgreSQL shows each under the name of its process. */
export function watchConnections({ db }: House, { name }: Unit): { stop(): Promise<number> } {
  let most = 0;
  let watching = true;
  const running = (async () => {
    while (watching) {
      const { rows } = await db.raw(
        'SELECT count(*)::int AS open FROM pg_stat_activity WHERE datname = current_database() AND application_name = ?',
        [name],
      );
      most = Math.max(most, rows[0].open);
      await sleep(LOOK_EVERY);
    }
  })();
  return {
    async stop() {
      watching = false;
      await running;
      return most;
    },
  };
}
