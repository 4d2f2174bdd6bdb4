import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Person } from './flow.ts';
import { browse } from './flow.ts';
import type { Gate } from './proxy.ts';
import type { OwnServer } from './server.ts';

const LOOK_EVERY = 100;
/** Who asks at once, and for how many milliseconds: more than two portals have connections. */
const BROWSERS = 60;
const TIME = 6_000;
/** As many files as two portals make at once, and a few more. */
const FILES = 12;

/** How many connections the portal's role has at most, and in the end. */
export async function connectionsUnder(
  { superuser }: OwnServer,
  work: () => Promise<void>,
): Promise<{ most: number; last: number }> {
  const client = new pg.Client({
    host: superuser.PGHOST ?? '',
    port: Number(superuser.PGPORT),
    ...{ user: 'postgres', password: superuser.PGPASSWORD ?? '', database: 'postgres' },
  });
  await client.connect();
  let [most, last, over] = [0, 0, false];
  const looking = (async () => {
    while (!over) {
      const { rows } = await client.query(
        `SELECT count(*)::int AS open FROM pg_stat_activity WHERE usename = 'portail'`,
      );
      last = rows[0].open;
      most = Math.max(most, last);
      await sleep(LOOK_EVERY);
    }
  })();
  try {
    await work();
  } finally {
    over = true;
    await looking;
    await client.end();
  }
  return { most, last };
}

/** People by the dozen who read pages and take files, all at once. */
export async function crowd(proxy: Gate, { email, password }: Person): Promise<void> {
  const first = browse(proxy);
  await first.signIn(email, password);
  const cookies = first.cookies();
  const end = performance.now() + TIME;
  const agents = Array.from({ length: BROWSERS }, () => browse(proxy));
  await Promise.all(
    agents.map(async (agent, rank) => {
      agent.borrowCookies(cookies);
      const path = rank < FILES ? '/gestion/comptes.xlsx' : '/gestion/comptes';
      while (performance.now() < end) {
        const { status } = await agent.get(path);
        // Two files at once each: the others are told to wait.
        if (status === 429) await sleep(200);
      }
      agent.close();
    }),
  );
  first.close();
}

/** Megabytes of memory that a process has; null where the system does not tell. */
export function memoryOf(pid: number): number | null {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) / 1_024;
  } catch {
    return null;
  }
}
