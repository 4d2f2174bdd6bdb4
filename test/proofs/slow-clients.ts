import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { signIn } from './house/client.ts';
import type { House } from './house/house.ts';
import { administratorEmail, agentEmail } from './house/people.ts';
import { readAlone, readingFaults, saidReading, startReaders } from './house/readers.ts';
import type { Proof } from './proof.ts';

const CLIENTS = 200;
/** One byte each. */
const EVERY = 1_000;

/** Seconds: what the portal lets them have, how often it looks, and what a busy machine adds. */
const LIMITS = { headers: 15, body: 30 };
const LOOKS_EVERY = 5;
const SLACK = 5;

type Kind = keyof typeof LIMITS;

interface SlowClient {
  kind: Kind;
  socket: Socket;
  /** Seconds until the portal closed it; undefined while it is open. */
  closed: number | undefined;
}

const OPENING: Record<Kind, string> = {
  headers: 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Lent: ',
  body: 'POST /connexion HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\n',
};

export const slowClients: Proof = {
  name: 'slow-clients',
  subject: '200 slow headers and 200 slow bodies: others are served, the slow ones are closed at their limit',
  async run({ openHouse }) {
    const house = await openHouse();
    const url = house.portals[0]?.url ?? '';
    const people = await peopleOf(house);
    const alone = await readAlone(url, people);
    const readers = startReaders(url, people);
    const slow = (['headers', 'body'] as const).flatMap((kind) =>
      Array.from({ length: CLIENTS }, () => trickle(house, kind)),
    );
    const limit = Date.now() + (LIMITS.body + LOOKS_EVERY + SLACK) * 1000;
    while (slow.some(({ closed }) => closed === undefined) && Date.now() < limit) await sleep(200);
    const reading = await readers.stop();
    for (const { socket } of slow) socket.destroy();
    const failures = [...readingFaults(reading, alone), ...slow.flatMap(faultOf)];
    return {
      cases: slow.length + reading.pages,
      failures,
      note: `others: ${saidReading(reading)} (p95 ${alone.p95.toFixed(0)} ms alone); ${(['headers', 'body'] as const).map((kind) => saidClosings(kind, slow)).join('; ')}`,
    };
  },
};

/** Somebody who sends one byte a second, until they are closed. */
function trickle({ portals }: House, kind: Kind): SlowClient {
  const { hostname, port } = new URL(portals[0]?.url ?? '');
  const socket = connect(Number(port), hostname);
  const client: SlowClient = { kind, socket, closed: undefined };
  const began = performance.now();
  socket.write(OPENING[kind]);
  const sending = setInterval(() => socket.write('a'), EVERY);
  socket.on('error', () => {});
  socket.resume();
  // Closed by the portal once it has said that it waits no longer.
  for (const event of ['end', 'close'] as const) {
    socket.on(event, () => {
      clearInterval(sending);
      client.closed ??= (performance.now() - began) / 1000;
    });
  }
  return client;
}

function faultOf({ kind, closed }: SlowClient): string[] {
  const latest = LIMITS[kind] + LOOKS_EVERY + SLACK;
  if (closed === undefined) return [`a client with slow ${kind} is still open after ${latest} s`];
  if (closed > latest) return [`a client with slow ${kind} was closed after ${closed.toFixed(1)} s`];
  // Who is only a little slow is to be served.
  return closed < LIMITS[kind] - 1
    ? [`a client with slow ${kind} was closed after ${closed.toFixed(1)} s already`]
    : [];
}

function saidClosings(wanted: Kind, slow: readonly SlowClient[]): string {
  const closed = slow.flatMap(({ kind, closed }) =>
    kind === wanted && closed !== undefined ? [closed] : [],
  );
  const range =
    closed.length === 0
      ? ''
      : ` within ${Math.min(...closed).toFixed(1)}-${Math.max(...closed).toFixed(1)} s`;
  return `slow ${wanted}: ${closed.length} of ${CLIENTS} closed${range}`;
}

async function peopleOf({ portals }: House) {
  const url = portals[0]?.url ?? '';
  const administrator = await signIn(url, administratorEmail('CAF-391', 1));
  const agent = await signIn(url, agentEmail('CAF-391', 1));
  return [
    { person: administrator, path: '/gestion/etat' },
    { person: administrator, path: '/gestion/comptes' },
    { person: agent, path: '/mes-informations' },
    { path: '/connexion' },
  ];
}
