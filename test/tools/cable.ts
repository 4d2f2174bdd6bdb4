import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** A network cable between the portal and its database, which a test pulls out and plugs in again. */
export interface Cable {
  /** The address of the database through the cable. */
  url: string;
  /** Every connection breaks, and new ones are refused. */
  cut(): void;
  /** Nothing passes any more, but nothing says so: what a firewall or a dead machine does. */
  freeze(): void;
  /** As new. */
  repair(): void;
  close(): void;
}

/** `only`: the application_name of the connections that it acts on; the others are always as new. */
export async function createCable(databaseUrl: string, only = ''): Promise<Cable> {
  const far = new URL(databaseUrl);
  const pairs = new Set<[near: Socket, far: Socket]>();
  // What says who a connection is comes first.
  const spared = new WeakSet<Socket>();
  let state: 'whole' | 'cut' | 'frozen' = 'whole';

  const server = createServer((near) => {
    if (state === 'cut' && only === '') {
      near.destroy();
      return;
    }
    near.once('data', (bytes) => {
      if (!bytes.includes(only)) spared.add(near).add(socket);
      else if (state === 'cut') near.destroy();
    });
    const socket = connect({ host: far.hostname, port: Number(far.port || 5432) });
    const pair: [Socket, Socket] = [near, socket];
    pairs.add(pair);
    for (const [from, to] of [pair, [socket, near] as const]) {
      from.on('data', (bytes) => {
        if (state !== 'frozen' || spared.has(from)) to.write(bytes);
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        to.destroy();
        pairs.delete(pair);
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const breakAll = () => {
    for (const [near, socket] of pairs) {
      if (spared.has(near)) continue;
      near.destroy();
      socket.destroy();
    }
  };
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);

  return {
    url: url.href,
    cut() {
      state = 'cut';
      breakAll();
    },
    freeze() {
      state = 'frozen';
    },
    repair() {
      // What was lost in a frozen connection never comes: it is broken, as the system would in the end.
      if (state === 'frozen') breakAll();
      state = 'whole';
    },
    close() {
      for (const [near] of pairs) near.destroy();
      server.close();
    },
  };
}
