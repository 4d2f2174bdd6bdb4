import type { Database } from '../src/database/knex.ts';
import { demonstrationPassword } from '../src/presenters/demonstration.ts';
import type { BenchLine } from './line.ts';
import { type Load, load } from './load.ts';
import { startBenchedPortal } from './portal.ts';
import { run } from './process.ts';

const CONNECTIONS = 10;
const SECONDS = 4;
const ROUNDS = 3;

const best = (loads: Load[]) => loads.toSorted((one, other) => other.rate - one.rate)[0]?.rate ?? 0;

/**
 * « État des habilitations », page of 10, signed in, the account's state read at each request: its requests a
 * second over those of the floor, in turn, so that both meet the same machine.
 */
export async function benchPage(db: Database, databaseUrl: string, folder: string): Promise<BenchLine[]> {
  const organism = await db('organisms').first('id').where({ code: 'CAF-391' });
  const floor = await run('bench/floor.ts', [databaseUrl, String(organism.id)], {}, /^\d+$/);
  const portal = await startBenchedPortal(databaseUrl, folder);
  const cookie = await portal.signIn('wtestportail@test.fr', demonstrationPassword);
  const floorTarget = { url: `http://127.0.0.1:${floor.firstLine}/` };
  const portalTarget = { url: `${portal.url}/gestion/etat`, cookie };
  const floors: Load[] = [];
  const portals: Load[] = [];
  try {
    await load(floorTarget, CONNECTIONS, 1);
    await load(portalTarget, CONNECTIONS, 2);
    for (let round = 0; round < ROUNDS; round++) {
      floors.push(await load(floorTarget, CONNECTIONS, SECONDS));
      portals.push(await load(portalTarget, CONNECTIONS, SECONDS));
    }
  } finally {
    await portal.stop();
    await floor.stop();
  }
  const ratio = best(portals) / best(floors);
  return [
    {
      subject: 'page of 10, signed in, 10 connections: share of the floor’s requests/s',
      measured: `${ratio.toFixed(2)} (${best(portals).toFixed(0)} requests/s)`,
      yardstick: `goal ≥ 0.5; floor ${best(floors).toFixed(0)} requests/s`,
      met: ratio >= 0.5,
    },
  ];
}
