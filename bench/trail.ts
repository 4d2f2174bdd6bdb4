import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { type Database, openDatabase } from '../src/database/knex.ts';
import { recordEvents } from '../src/database/transaction.ts';
import { dayInParis } from '../src/domain/calendar.ts';
import { systemClock } from '../src/domain/clock.ts';
import { NATIONAL } from '../src/domain/scope.ts';
import { findActor } from '../src/repositories/actors.ts';
import { assignmentService } from '../src/services/assignments.ts';
import type { BenchLine } from './line.ts';
import { describePopulation } from './list-population.ts';

const execute = promisify(execFile);
const GOAL = 500;
const CONNECTIONS = 10;
const ACTS = 2_000;
const WARMING = 200;
/** Milliseconds. */
const LONGEST_HOLD = 1;
const LOOKS_EVERY = 10;
const ROLE = 'energie-lecteur';

/** The trail: acts and events a second from ten connections, and how fast the whole chain is verified. */
export async function benchTrail(prepared: Database, databaseUrl: string): Promise<BenchLine[]> {
  const { largest } = await describePopulation(prepared);
  const db = openDatabase(databaseUrl, { connections: CONNECTIONS });
  try {
    return [
      await benchEvents(db),
      ...(await benchActs(db, databaseUrl, largest.id)),
      await benchVerification(databaseUrl),
    ];
  } finally {
    await db.destroy();
  }
}

/** Each event in a transaction of its own, as a refused sign-in or an export is: all wait for the chain's one lock. */
async function benchEvents(db: Database): Promise<BenchLine> {
  const context = { db, clock: systemClock, actor: { kind: 'job', job: 'bench' } as const };
  const rate = await atOnce(Array.from({ length: ACTS }), () =>
    recordEvents(context, { action: 'requests.purged', details: { count: 0 } }),
  );
  return lineOf(`trail: events a second, each in its transaction, ${CONNECTIONS} connections`, rate);
}

/**
 * A role granted to people one by one: read, locked, written, message queued, event chained, committed, flushed. One
 * more connection looks meanwhile at how long the trail's lock is held.
 */
async function benchActs(db: Database, databaseUrl: string, organismId: number): Promise<BenchLine[]> {
  const national = await db('accounts').first('id').where({ email: 'national@ucanss.fr' });
  const actor = await findActor(db, national.id, dayInParis(new Date()));
  if (!actor) throw new Error('the demonstration data are missing');
  const { rows: people } = await db.raw(
    `SELECT id FROM accounts WHERE organism_id = ? AND active
       AND NOT role_ids && ARRAY(SELECT id FROM roles WHERE code = ?) ORDER BY id LIMIT ?`,
    [organismId, ROLE, ACTS],
  );
  const service = assignmentService({ db, clock: systemClock });
  const terms = { role: ROLE, reason: 'Mesure' };
  const grant = ({ id }: { id: number }) =>
    service.grant(actor, NATIONAL, { ...terms, accountId: id, endsOn: null });
  const remove = ({ id }: { id: number }) => service.remove(actor, NATIONAL, { ...terms, accountId: id });
  // What connections prepare and Node.js compiles, they do once: as a portal that has been running for a while.
  const first = people.slice(0, WARMING) as { id: number }[];
  await atOnce(first, grant);
  await atOnce(first, remove);
  const lock = await watchLock(databaseUrl);
  const rate = await atOnce(people as { id: number }[], grant);
  const held = await lock.stop();
  await atOnce(people as { id: number }[], remove);
  return [
    lineOf(
      `acts a second (a role granted to ${people.length} people one by one), ${CONNECTIONS} connections`,
      rate,
    ),
    {
      subject: "the trail's lock, held meanwhile by one event from its taking to the end of COMMIT: median",
      measured: `${held.toFixed(2)} ms`,
      yardstick: `goal ≤ ${LONGEST_HOLD} ms`,
      met: held <= LONGEST_HOLD,
    },
  ];
}

/**
 * Appends an event every few milliseconds as an act does (tailOf() in src/database/transaction.ts), and measures by
 * the clock of the server: here the answers wait for a busy process. What is before the lock is counted with it.
 */
async function watchLock(databaseUrl: string): Promise<{ stop(): Promise<number> }> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const event = { occurred_at: new Date(), actor_kind: 'job', actor_job: 'bench', action: 'requests.purged' };
  const now = 'extract(epoch FROM clock_timestamp())::float8';
  const append = `audit_append_as(${pg.escapeLiteral(JSON.stringify([event]))}, NULL)`;
  const held: number[] = [];
  let over = false;
  const watching = (async () => {
    while (!over) {
      const answers = (await client.query(
        `BEGIN; SET LOCAL synchronous_commit = off; SELECT ${now} AS begun, ${append} AS waited; COMMIT;
         SELECT ${now} AS ended`,
      )) as unknown as pg.QueryResult[];
      const { begun, waited, ended } = Object.assign({}, ...answers.flatMap(({ rows }) => rows));
      held.push((ended - begun - waited) * 1000);
      await pause(LOOKS_EVERY);
    }
  })();
  return {
    async stop() {
      over = true;
      await watching;
      await client.end();
      return held.sort((one, other) => one - other)[Math.floor(held.length / 2)] ?? Number.NaN;
    },
  };
}

const lineOf = (subject: string, rate: number): BenchLine => ({
  subject,
  measured: `${rate.toFixed(0)} a second`,
  yardstick: `goal ≥ ${GOAL} a second`,
  met: rate >= GOAL,
});

/** Works off a list, as many at once as there are connections; returns how many a second. */
async function atOnce<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<number> {
  const queue = items.values();
  const start = performance.now();
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (const item of queue) await work(item);
    }),
  );
  return (items.length * 1000) / (performance.now() - start);
}

/** `npm run audit:verify`, beside a bare reading of the same events. */
async function benchVerification(databaseUrl: string): Promise<BenchLine> {
  const start = performance.now();
  const { stdout } = await execute(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, '../src/cli/verify-trail.ts')],
    { env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl } },
  );
  const seconds = (performance.now() - start) / 1000;
  const events = Number(/^(\d+) events, chain intact$/m.exec(stdout)?.[1]);
  const rate = events / seconds;
  return {
    subject: 'audit:verify, the whole trail',
    measured: `${events.toLocaleString('en')} events in ${seconds.toFixed(1)} s: ${rate.toFixed(0)} a second`,
    yardstick: 'goal ≥ 10,000 a second',
    met: rate >= 10_000,
  };
}
