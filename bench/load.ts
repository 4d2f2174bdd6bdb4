import { connect } from 'node:net';

/** What one connection after another asked and got, in a span of time. */
export interface Load {
  /** Answers a second. */
  rate: number;
  /** Milliseconds within which 95 % of the answers came. */
  p95: number;
}

interface Target {
  url: string;
  cookie?: string;
}

const HEADERS_END = Buffer.from('\r\n\r\n');

/** How long to ask, and how long to rest between an answer and the next question. */
interface Pace {
  /** Asked after each answer. */
  more(): boolean;
  /** Milliseconds. */
  rest?: number;
}

/**
 * Asks for the same page over kept-alive connections, each waiting for its answer before it asks again. A raw client,
 * because on two cores a comfortable one would be most of what is measured. Every answer must be a 200.
 */
export function load(target: Target, connections: number, seconds: number): Promise<Load> {
  const until = performance.now() + seconds * 1000;
  return loadWhile(target, connections, { more: () => performance.now() < until });
}

/** The same, at another pace. */
export async function loadWhile(target: Target, connections: number, pace: Pace): Promise<Load> {
  const times: number[] = [];
  const start = performance.now();
  await Promise.all(Array.from({ length: connections }, () => ask(target, pace, times)));
  const elapsed = (performance.now() - start) / 1000;
  times.sort((one, other) => one - other);
  return { rate: times.length / elapsed, p95: times[Math.floor(times.length * 0.95)] ?? Number.NaN };
}

function ask({ url, cookie }: Target, { more, rest = 0 }: Pace, times: number[]): Promise<void> {
  const { hostname, port, pathname, search } = new URL(url);
  const request = `GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n${cookie ? `Cookie: ${cookie}\r\n` : ''}\r\n`;
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let answer = Buffer.alloc(0);
    let missing = -1;
    let asked = 0;
    const send = () => {
      answer = Buffer.alloc(0);
      missing = -1;
      asked = performance.now();
      socket.write(request);
    };
    socket.setNoDelay(true).on('connect', send).on('error', reject);
    socket.on('data', (chunk) => {
      if (missing < 0) {
        answer = Buffer.concat([answer, chunk]);
        const end = answer.indexOf(HEADERS_END);
        if (end < 0) return;
        const head = answer.toString('latin1', 0, end);
        const length = /content-length: (\d+)/i.exec(head)?.[1];
        if (!head.startsWith('HTTP/1.1 200') || length === undefined) {
          socket.destroy();
          return reject(new Error(`not a 200 with its length: ${head.split('\r\n')[0]}`));
        }
        missing = Number(length) - (answer.length - end - 4);
      } else {
        missing -= chunk.length;
      }
      if (missing > 0) return;
      times.push(performance.now() - asked);
      if (more()) return rest === 0 ? send() : void setTimeout(send, rest);
      socket.end();
      resolve();
    });
  });
}
