import { Gauge, type Registry } from 'prom-client';
import type { ClockWatch } from '../database/clock-watch.ts';
import type { Database } from '../database/knex.ts';
import type { Clock } from '../domain/clock.ts';
import type { Worker } from '../jobs/index.ts';
import { messageRepository } from '../repositories/messages.ts';

/** What the gauges look at. */
export interface Gauged {
  db: Database;
  clock: Clock;
  clockWatch: ClockWatch;
  /** What does the jobs of this process. */
  worker: Pick<Worker, 'status'>;
}

/** Figures of this very moment. They are looked at by the function that is returned, before they are told. */
export function gauges(registry: Registry, { db, clock, clockWatch, worker }: Gauged): () => Promise<void> {
  const registers = [registry];
  const connections = new Gauge({
    name: 'portail_database_connections',
    labelNames: ['state'] as const,
    registers,
    help: 'Connections to the database for pages, by state; waiting: requests without one',
  });
  const runner = new Gauge({
    name: 'portail_runner_alive',
    help: '1 while this process does jobs, 0 while it cannot',
    registers,
  });
  const difference = new Gauge({
    name: 'portail_clock_difference_seconds',
    registers,
    help: 'By how much the clock of this machine is ahead of that of the database',
  });
  const waiting = new Gauge({
    name: 'portail_messages_waiting',
    registers,
    help: 'Messages that have to leave, of all processes; not a number while the database is away',
  });
  const oldest = new Gauge({
    name: 'portail_messages_oldest_seconds',
    registers,
    help: 'Age of the oldest message that has to leave; not a number while the database is away',
  });

  return async () => {
    const { pool } = db.client;
    connections.set({ state: 'used' }, pool.numUsed());
    connections.set({ state: 'free' }, pool.numFree());
    connections.set({ state: 'waiting' }, pool.numPendingAcquires());
    difference.set(clockWatch.difference());
    runner.set(worker.status().alive ? 1 : 0);
    const backlog = await messageRepository(db)
      .backlog()
      .catch(() => null);
    waiting.set(backlog?.count ?? Number.NaN);
    const now = clock.now().getTime();
    oldest.set(backlog ? Math.max(0, (now - (backlog.since?.getTime() ?? now)) / 1000) : Number.NaN);
  };
}
