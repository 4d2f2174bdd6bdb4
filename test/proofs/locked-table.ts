import { setTimeout as sleep } from 'node:timers/promises';
import { paths } from '../../src/paths.ts';
import { createClient, type Person, signIn } from './house/client.ts';
import { promisedConnections, watchConnections } from './house/connections.ts';
import type { House } from './house/house.ts';
import { administratorEmail, agentEmail, cast, nationalEmail, ORGANISMS } from './house/people.ts';
import { type Reader, saidReading, startReaders } from './house/readers.ts';
import type { Proof } from './proof.ts';

const PEOPLE = 40;
/** Milliseconds before somebody asks again for a page that did not come. */
const AGAIN_AFTER = 1_000;
/** Milliseconds. */
const BACK_WITHIN = 5_000;

interface Everyone {
  administrators: Person[];
  national: Person;
  agent: Person;
}

interface Case {
  table: string;
  /** The page that needs it, and for whom. */
  needs: string;
  by: 'administrators' | 'national';
  /** Pages that do not need it. */
  others(people: Everyone): Reader[];
}

const visitor: Reader[] = [{ path: paths.signIn }, { path: paths.help }];
const agentPages = ({ agent }: Everyone): Reader[] => [
  { person: agent, path: paths.myInformation },
  { person: agent, path: paths.catalogue.index },
];
const managementPages = ({ administrators: [person] }: Everyone): Reader[] =>
  [paths.entitlements.index, paths.accounts.index, paths.requests.pending].map((path) => ({ person, path }));
const everything = (people: Everyone) => [...visitor, ...agentPages(people), ...managementPages(people)];

const CASES: readonly Case[] = [
  { table: 'batches', needs: paths.batches.index, by: 'administrators', others: everything },
  { table: 'audit_events', needs: paths.events.index, by: 'administrators', others: everything },
  { table: 'messages', needs: paths.messages.index, by: 'national', others: everything },
  {
    table: 'requests',
    needs: paths.requests.pending,
    by: 'administrators',
    others: ({ agent }) => [...visitor, { person: agent, path: paths.help }],
  },
  { table: 'accounts', needs: paths.accounts.index, by: 'administrators', others: () => visitor },
];

export const lockedTable: Proof = {
  name: 'locked-table',
  subject:
    '40 people on a table locked for 25 s: the other pages are served, and connections stay as promised',
  short: true,
  everyServer: true,
  async run({ short, openHouse }) {
    const house = await openHouse();
    const people = await gather(house);
    const failures: string[] = [];
    const notes: string[] = [];
    let pages = 0;
    for (const each of short ? CASES.slice(0, 2) : CASES) {
      const seen = await underLock(house, people, each, short ? 6_000 : 25_000);
      pages += seen.pages;
      failures.push(...seen.failures);
      notes.push(seen.note);
    }
    return { cases: pages, failures, note: notes.join('; ') };
  },
};

async function underLock(house: House, people: Everyone, { table, needs, by, others }: Case, time: number) {
  const [portal] = house.portals;
  if (!portal) throw new Error('there is no portal');
  const lock = await house.db.transaction();
  await lock.raw(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  const asking = by === 'national' ? [people.national] : people.administrators;
  const crowd = insist(portal.url, asking, needs);
  const watch = watchConnections(house, portal);
  const readers = startReaders(portal.url, others(people));
  await sleep(time);
  const reading = await readers.stop();
  await lock.commit();
  const back = await untilServed(portal.url, asking[0], needs);
  const asked = await crowd.stop();
  const [connections, promised] = [await watch.stop(), promisedConnections()];
  return {
    pages: reading.pages + reading.refused.length,
    failures: [
      ...reading.refused.map((page) => `${table} locked: refused ${page}`),
      ...(reading.pages === 0 ? [`${table} locked: not one other page was served`] : []),
      ...(connections > promised
        ? [`${table} locked: ${connections} connections, ${promised} promised`]
        : []),
      ...(back > BACK_WITHIN
        ? [`${table} no longer locked: its page is back after ${back.toFixed(0)} ms`]
        : []),
    ],
    note: `${table}: ${saidReading(reading)}; its own page asked ${asked} times; at most ${connections} connections of ${promised}`,
  };
}

/** Forty browsers ask for the page, and again whatever comes. Tells how often in all. */
function insist(url: string, people: readonly Person[], path: string): { stop(): Promise<number> } {
  let asked = 0;
  let insisting = true;
  const running = Array.from({ length: PEOPLE }, async (_, rank) => {
    const client = createClient(url);
    while (insisting) {
      await client.get(path, people[rank % people.length]);
      asked += 1;
      await sleep(AGAIN_AFTER);
    }
    client.close();
  });
  return {
    async stop() {
      insisting = false;
      await Promise.all(running);
      return asked;
    },
  };
}

/** Milliseconds until the page is served again. */
async function untilServed(url: string, person: Person | undefined, path: string): Promise<number> {
  const client = createClient(url);
  const began = performance.now();
  while ((await client.get(path, person)).status !== 200 && performance.now() - began < 4 * BACK_WITHIN) {
    await sleep(50);
  }
  client.close();
  return performance.now() - began;
}

async function gather({ portals }: House): Promise<Everyone> {
  const url = portals[0]?.url ?? '';
  const administrators: Person[] = [];
  for (const organism of ORGANISMS) {
    for (let rank = 1; rank <= cast.administrators; rank += 1) {
      administrators.push(await signIn(url, administratorEmail(organism, rank)));
    }
  }
  return {
    administrators,
    national: await signIn(url, nationalEmail(1)),
    agent: await signIn(url, agentEmail('CAF-391', 1)),
  };
}
