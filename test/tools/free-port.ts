import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below every range from which systems take the ports of their own connections (Linux: 32768, others: 49152). */
const [FIRST, AFTER] = [12_000, 32_000];

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

/**
 * A port of 127.0.0.1 that nobody listens to, for a process that listens there later. The system's own answer to
 * port 0 would not do: until then it may give the same to any connection or server of any other test.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST, AFTER);
    if (await isFree(port)) return port;
  }
}
