import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../test/tools/free-port.ts';
import type { BenchLine } from './line.ts';
import { run } from './process.ts';

async function secondsToStart(dataDirectory: string): Promise<number> {
  const port = String(await freePort());
  const start = performance.now();
  const portal = await run(
    'src/server.ts',
    [],
    { DATA_DIR: dataDirectory, PORT: port, LOG_LEVEL: 'info' },
    /Espace Organismes/,
  );
  const seconds = (performance.now() - start) / 1000;
  await portal.stop();
  return seconds;
}

/** From the command to the address on screen, with an empty embedded database, then with a filled one. */
export async function benchStart(): Promise<BenchLine[]> {
  const folder = mkdtempSync(join(tmpdir(), 'portail-bench-'));
  chmodSync(folder, 0o755);
  try {
    const first = await secondsToStart(folder);
    const next = await secondsToStart(folder);
    return [
      {
        subject: 'first start, empty embedded database, demonstration data included',
        measured: `${first.toFixed(1)} s`,
        yardstick: 'goal: 10 s',
        met: first <= 10,
      },
      { subject: 'next start', measured: `${next.toFixed(1)} s`, yardstick: 'goal: 3 s', met: next <= 3 },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
