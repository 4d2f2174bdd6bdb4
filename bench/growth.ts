import { demonstrationPassword } from '../src/presenters/demonstration.ts';
import type { BenchLine } from './line.ts';
import { type Load, load } from './load.ts';
import { type BenchedPortal, startBenchedPortal } from './portal.ts';

const TENFOLD = 1_500_000;
const CONNECTIONS = 10;
const SECONDS = 4;
const ROUNDS = 3;
const GOAL = 1.3;

interface Place {
  url: string;
  folder: string;
  accounts: number;
}

/**
 * « État des habilitations » of the same organism among a tenth of the people: two portals asked in turn, so that
 * both meet the same machine. Nothing is measured below ten times today's population.
 */
export async function benchGrowth(
  large: Place,
  withPopulation: (accounts: number, use: (small: Place) => Promise<void>) => Promise<void>,
): Promise<BenchLine[]> {
  if (large.accounts < TENFOLD) return [];
  const lines: BenchLine[] = [];
  await withPopulation(large.accounts / 10, async (small) => {
    const portals = [await openPage(small), await openPage(large)] as const;
    try {
      const [before, after] = [[] as Load[], [] as Load[]];
      for (let round = 0; round <= ROUNDS; round++) {
        const loads = [await portals[0].ask(), await portals[1].ask()] as const;
        // The first round warms both up.
        if (round === 0) continue;
        before.push(loads[0]);
        after.push(loads[1]);
      }
      const ratio = best(before) / best(after);
      lines.push({
        subject: `page of 10, signed in: time from ${small.accounts} to ${large.accounts} accounts`,
        measured: `${ratio.toFixed(2)} × (${best(after).toFixed(0)} requests/s)`,
        yardstick: `goal ≤ ${GOAL} × (${best(before).toFixed(0)} requests/s)`,
        met: ratio <= GOAL,
      });
    } finally {
      for (const { portal } of portals) await portal.stop();
    }
  });
  return lines;
}

const best = (loads: readonly Load[]) => Math.max(...loads.map(({ rate }) => rate));

async function openPage(place: Place): Promise<{ portal: BenchedPortal; ask(): Promise<Load> }> {
  const portal = await startBenchedPortal(place.url, place.folder);
  const cookie = await portal.signIn('wtestportail@test.fr', demonstrationPassword);
  const target = { url: `${portal.url}/gestion/etat`, cookie };
  return { portal, ask: () => load(target, CONNECTIONS, SECONDS) };
}
