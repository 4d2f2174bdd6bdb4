import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Database, openDatabase } from '../../../src/database/knex.ts';
import { type Mailbox, startMailbox } from '../../mail/mailbox.ts';
import { type Cable, createCable } from '../../tools/cable.ts';
import { freePort } from '../../tools/free-port.ts';
import { createHouseDatabase, dropHouseDatabase } from './database.ts';
import type { ProofServer } from './server.ts';
import { createUnit, type Unit } from './unit.ts';

export interface HouseOptions {
  /** How many portals; one unless told. */
  portals?: number;
  /** How many processes that only do jobs. */
  workers?: number;
  /** True to put a cable between the first portal and its database. */
  cable?: boolean;
  /** Variables to add to those of production. */
  environment?: Record<string, string>;
}

export interface House {
  portals: Unit[];
  workers: Unit[];
  mailbox: Mailbox;
  /** Present where it was asked for. */
  cable: Cable | undefined;
  /** As a superuser, for what is looked at. */
  db: Database;
  /** The address of the portal's own role. */
  url: string;
  server: ProofServer;
  close(): Promise<void>;
}

/** The name under which the connections of a process are seen in PostgreSQL. */
const named = (url: string, name: string) => `${url}?application_name=${name}`;

/** Portals and workers as production runs them, each a process, on a database of their own. */
export async function openHouse(server: ProofServer, options: HouseOptions = {}): Promise<House> {
  const urls = await createHouseDatabase(server);
  const data = mkdtempSync(join(tmpdir(), 'portail-preuve-'));
  const mailbox = await startMailbox();
  const cable = options.cable ? await createCable(urls.portal) : undefined;
  const db = openDatabase(urls.admin, { kind: 'commands', connections: 4 });
  const environment = {
    NODE_ENV: 'production',
    SESSION_SECRET: 'le-secret-des-preuves-est-assez-long',
    SECOND_FACTOR: 'off',
    SMTP_URL: mailbox.url,
    DATA_DIR: data,
    LOG_LEVEL: 'warn',
    ...options.environment,
  };

  async function openPortal(rank: number): Promise<Unit> {
    const name = `portal-${rank + 1}`;
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}`;
    return createUnit({
      name,
      program: 'server.ts',
      url,
      environment: {
        ...environment,
        PORT: port,
        BASE_URL: url,
        DATABASE_URL: named(rank === 0 && cable ? cable.url : urls.portal, name),
        DATABASE_OWNER_URL: urls.owner,
      },
      hindrance: () => unreadiness(url),
    });
  }

  async function openWorker(rank: number): Promise<Unit> {
    const name = `worker-${rank + 1}`;
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}`;
    return createUnit({
      ...{ name, program: 'cli/worker.ts', url },
      environment: {
        ...environment,
        ...{ WORKER_PORT: port, DATABASE_URL: named(urls.portal, name), BASE_URL: url },
      },
      hindrance: () => unreadiness(url),
    });
  }

  const portals: Unit[] = [];
  for (let rank = 0; rank < (options.portals ?? 1); rank += 1) portals.push(await openPortal(rank));
  const workers: Unit[] = [];
  for (let rank = 0; rank < (options.workers ?? 0); rank += 1) workers.push(await openWorker(rank));
  const units = [...portals, ...workers];
  const house: House = {
    ...{ portals, workers, mailbox, cable, db, url: urls.portal, server },
    async close() {
      // Where the proof broke off in the middle.
      server.thaw();
      cable?.repair();
      await Promise.all(units.map((unit) => unit.stop(1)));
      await db.destroy();
      await mailbox.stop();
      cable?.close();
      await dropHouseDatabase(server, urls);
      rmSync(data, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  try {
    await Promise.all(units.map((unit) => unit.start()));
    return house;
  } catch (error) {
    await house.close();
    throw error;
  }
}

/** What keeps a process from being ready, as it says itself; null once nothing does. */
const unreadiness = (url: string): Promise<string | null> =>
  fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }).then(
    async (answer) => (answer.status === 200 ? null : `/readyz says ${await answer.text()}`),
    (error: unknown) => `/readyz: ${error}`,
  );
