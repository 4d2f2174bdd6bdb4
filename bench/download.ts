import { setTimeout as pause } from 'node:timers/promises';
import { demonstrationPassword } from '../src/presenters/demonstration.ts';
import { loadWhile } from './load.ts';
import { startBenchedPortal } from './portal.ts';
import { memoryOf } from './process.ts';

export interface Download {
  seconds: number;
  /** Seconds until more than the head of the file came. */
  firstRows: number;
  megabytes: number;
  /** Megabytes of memory above what the process had before, at most; null where it cannot be known. */
  memory: number | null;
  /** The same, half a minute after its end. */
  memoryLeft: number | null;
  /** 95th percentile of a page that somebody else asks for meanwhile, in milliseconds; and of the same page alone. */
  p95: number;
  p95Alone: number;
}

/** More than a CSV's header. */
const HEAD = 1_000;
/** Milliseconds in which a process that has made a file gives its memory back. */
const GIVES_BACK_WITHIN = 30_000;
/** Someone who asks for fifty pages a second, and lets the file have the rest. */
const REST = 20;

/**
 * Downloads a file as an administrateur Ucanss from a portal of its own, so that no memory of earlier work hides
 * what this one adds; somebody else reads « État des habilitations » meanwhile. Given up after `atMost` seconds.
 */
export async function download(
  databaseUrl: string,
  folder: string,
  path: string,
  atMost = Number.POSITIVE_INFINITY,
): Promise<Download> {
  const portal = await startBenchedPortal(databaseUrl, folder);
  try {
    const national = await portal.signIn('national@ucanss.fr', demonstrationPassword);
    const local = await portal.signIn('wtestportail@test.fr', demonstrationPassword);
    const page = { url: `${portal.url}/gestion/etat`, cookie: local };
    const warm = performance.now() + 3_000;
    const { p95: p95Alone } = await loadWhile(page, 1, { more: () => performance.now() < warm, rest: REST });

    const memory = watchMemory(portal.pid);
    let done = false;
    const meanwhile = loadWhile(page, 1, { more: () => !done, rest: REST });
    const received = await receive(portal.url + path, national, atMost);
    done = true;
    const { p95 } = await meanwhile;
    const added = memory.added();
    if (added !== null) await pause(GIVES_BACK_WITHIN);
    return { ...received, memory: added, memoryLeft: memory.left(), p95, p95Alone };
  } finally {
    await portal.stop();
  }
}

async function receive(url: string, cookie: string, atMost: number) {
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  const response = await fetch(url, { headers: { Cookie: cookie } });
  if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`);
  let bytes = 0;
  let firstRows = Number.NaN;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > HEAD && Number.isNaN(firstRows)) firstRows = elapsed();
    if (elapsed() > atMost) break;
  }
  return { seconds: elapsed(), firstRows, megabytes: bytes / 1e6 };
}

/** `added`: at most, since now; `left`: at the moment. */
function watchMemory(pid: number): Record<'added' | 'left', () => number | null> {
  const before = memoryOf(pid);
  let peak = before ?? 0;
  const look = () => {
    peak = Math.max(peak, memoryOf(pid) ?? 0);
  };
  const watch = setInterval(look, 50);
  return {
    added() {
      look();
      clearInterval(watch);
      return before === null ? null : peak - before;
    },
    left: () => (before === null ? null : (memoryOf(pid) ?? 0) - before),
  };
}

const inMegabytes = (memory: number | null) => (memory === null ? 'unknown' : `+${memory.toFixed(0)} MB`);

export const said = ({ seconds, megabytes, memory, memoryLeft, p95, p95Alone }: Download): string =>
  `${seconds.toFixed(2)} s, ${megabytes.toFixed(1)} MB, memory ${inMegabytes(memory)} (${inMegabytes(memoryLeft)} half a minute later), another page’s p95 ${p95.toFixed(1)} ms (${p95Alone.toFixed(1)} ms alone)`;
