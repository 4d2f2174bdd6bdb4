import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PortalProcess, spawnPortal } from '../../tools/process.ts';

/** A process of the portal, and what brings it back when it dies, as systemd does. */
export interface Unit {
  name: string;
  /** http://127.0.0.1:PORT: its pages; of a worker, its probes. */
  url: string;
  /** Dies at once, and is started again. */
  kill(): Promise<void>;
  /** Stands still, with all that it holds. */
  freeze(): void;
  thaw(): void;
  /** SIGTERM: how it ended, and after how many seconds; -1 where it had to be killed after `patience`. */
  stop(patience?: number): Promise<{ code: number | null; seconds: number }>;
  start(): Promise<void>;
  /** Exit codes of the times when it ended by itself once it had served: nobody asked for that. */
  fallen: (number | null)[];
  /** The last lines that it wrote. */
  log(): string;
}

/** Seconds that a process has after SIGTERM. */
export const STOPS_WITHIN = 35;
/** Milliseconds: what a supervisor waits before it starts a process again, and until it is ready. */
const START_AGAIN_AFTER = 500;
const READY_WITHIN = 90_000;
const LINES_TOLD = 15;

interface UnitOptions {
  name: string;
  /** Of src/. */
  program: 'server.ts' | 'cli/worker.ts';
  url: string;
  environment: Record<string, string>;
  /** What keeps it from doing what it is there for; null once nothing does. */
  hindrance(process: PortalProcess): Promise<string | null>;
}

export function createUnit({ name, program, url, environment, hindrance }: UnitOptions): Unit {
  let current: PortalProcess | undefined;
  let wanted = false;
  let log = '';
  const fallen: (number | null)[] = [];

  function launch(): PortalProcess {
    const launched = spawnPortal(environment, [process.execPath, join('src', program)]);
    let served = false;
    current = launched;
    void isReadyAtLast(launched, hindrance).then((ready) => {
      served = ready;
    });
    void launched.ended.then(async (code) => {
      log = tailOf(launched);
      if (current !== launched || !wanted) return;
      if (served) fallen.push(code);
      await sleep(START_AGAIN_AFTER);
      if (current === launched && wanted) launch();
    });
    return launched;
  }

  async function start(): Promise<void> {
    wanted = true;
    launch();
    const limit = Date.now() + READY_WITHIN;
    for (;;) {
      const why = current ? await hindrance(current) : 'it has ended';
      if (why === null) return;
      if (Date.now() > limit) {
        const said = current ? tailOf(current) : log;
        throw new Error(`${name} is not ready after ${READY_WITHIN / 1000} s: ${why}; it said: ${said}`);
      }
      await sleep(50);
    }
  }

  return {
    name,
    url,
    fallen,
    start,
    async kill() {
      const killed = current;
      current = undefined;
      killed?.child.kill('SIGKILL');
      await killed?.ended;
      await start();
    },
    freeze: () => void current?.child.kill('SIGSTOP'),
    thaw: () => void current?.child.kill('SIGCONT'),
    async stop(patience = 2 * STOPS_WITHIN) {
      const stopped = current;
      wanted = false;
      current = undefined;
      if (!stopped) return { code: 0, seconds: 0 };
      const began = performance.now();
      stopped.child.kill('SIGTERM');
      const force = setTimeout(() => stopped.child.kill('SIGKILL'), patience * 1000);
      const code = await stopped.ended;
      clearTimeout(force);
      return { code, seconds: (performance.now() - began) / 1000 };
    },
    log: () => log,
  };
}

const tailOf = ({ output }: PortalProcess): string =>
  `${output().out}${output().err}`.split('\n').slice(-LINES_TOLD).join('\n');

/** False where it ended before it was ready. */
async function isReadyAtLast(launched: PortalProcess, hindrance: UnitOptions['hindrance']): Promise<boolean> {
  let over = false;
  void launched.ended.then(() => {
    over = true;
  });
  while (!over) {
    if ((await hindrance(launched)) === null) return true;
    await sleep(50);
  }
  return false;
}
