import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { paths } from '../../src/paths.ts';
import { type Person, signIn } from './house/client.ts';
import type { House } from './house/house.ts';
import { administratorEmail, agentEmail, nationalEmail, ORGANISMS } from './house/people.ts';
import { readAlone, readingFaults, saidReading, startReaders } from './house/readers.ts';
import { STOPS_WITHIN } from './house/unit.ts';
import type { Proof } from './proof.ts';

const EXPORTS = 30;
/** At once, for an account. */
const EACH = 2;
/** Files that no connection holds in its buffers. */
const FILES = [
  `${paths.entitlements.index}.xlsx`,
  `${paths.entitlements.index}.csv`,
  `${paths.events.index}.csv`,
];
/** Milliseconds before who was closed opens another. */
const AGAIN_AFTER = 1_000;

export const unreadExports: Proof = {
  name: 'unread-exports',
  subject: '30 exports that nobody reads: other people’s pages are served, and SIGTERM ends the portal',
  short: true,
  everyServer: true,
  async run({ short, openHouse }) {
    const house = await openHouse();
    const url = house.portals[0]?.url ?? '';
    const nationals: Person[] = [];
    for (let rank = 1; rank <= EXPORTS / EACH; rank += 1)
      nationals.push(await signIn(url, nationalEmail(rank)));
    const readers = await othersOf(house);
    const alone = await readAlone(url, readers);

    const crowd = openUnread(url, nationals);
    // Files begin; then nobody takes anything.
    await sleep(500);
    const watch = startReaders(url, readers);
    await sleep(short ? 8_000 : 60_000);
    const reading = await watch.stop();
    const opened = crowd.opened();
    const stopped = await house.portals[0]?.stop();
    crowd.close();
    const seconds = stopped?.seconds ?? Number.NaN;
    const failures = [
      ...readingFaults(reading, alone),
      ...(seconds <= STOPS_WITHIN && stopped?.code === 0
        ? []
        : [`the portal ended ${seconds.toFixed(1)} s after SIGTERM with ${stopped?.code}`]),
    ];
    return {
      cases: EXPORTS + reading.pages + 1,
      failures,
      note: `others: ${saidReading(reading)} (p95 ${alone.p95.toFixed(0)} ms alone); ${opened} exports opened in all; ended ${seconds.toFixed(1)} s after SIGTERM`,
    };
  },
};

/** Opens exports, two for each person, and reads nothing of them; who is closed opens another, as long as it lasts. */
function openUnread(url: string, people: readonly Person[]) {
  const sockets = new Set<Socket>();
  let opened = 0;
  let over = false;

  function open(person: Person, file: string): void {
    if (over) return;
    const { hostname, port, host } = new URL(url);
    opened += 1;
    const socket = connect(Number(port), hostname);
    sockets.add(socket);
    socket.pause();
    socket.write(`GET ${file} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${person.cookie}\r\n\r\n`);
    const again = () => {
      if (!sockets.delete(socket)) return;
      socket.destroy();
      setTimeout(() => open(person, file), AGAIN_AFTER).unref();
    };
    // A socket that is not read does not see its end: writing shows it.
    const probe = setInterval(() => socket.write('\r\n'), AGAIN_AFTER);
    socket.on('error', again);
    socket.on('close', () => {
      clearInterval(probe);
      again();
    });
  }

  people.forEach((person, index) => {
    for (let rank = 0; rank < EACH; rank += 1) open(person, FILES[(index + rank) % FILES.length] as string);
  });
  return {
    opened: () => opened,
    close() {
      over = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Everyone else: administrators and agents, on the pages that they use most. */
async function othersOf({ portals }: House) {
  const url = portals[0]?.url ?? '';
  const readers = [];
  for (const organism of ORGANISMS) {
    const administrator = await signIn(url, administratorEmail(organism, 1));
    const agent = await signIn(url, agentEmail(organism, 1));
    readers.push({ person: administrator, path: paths.entitlements.index });
    readers.push({ person: agent, path: paths.myInformation });
  }
  return readers;
}
