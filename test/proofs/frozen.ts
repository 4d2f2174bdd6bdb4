import { setTimeout as sleep } from 'node:timers/promises';
import { type Act, createLoad, gatherActors, isAcknowledged, type Load } from './house/acts.ts';
import type { House } from './house/house.ts';
import { readLedger } from './house/ledger.ts';
import { trailFaults } from './house/trail.ts';
import type { Proof, ProofContext } from './proof.ts';

/** The promise: this part of the acts of the other portal is done within so many milliseconds. */
const PART = 0.95;
const DONE_WITHIN = 5_000;
/** How often one is frozen until it stands with the trail's lock in its hands. */
const TRIES = 300;
/** Milliseconds until the frozen one serves again. */
const BACK_WITHIN = 5_000;

interface Way {
  what: string;
  freeze(): void;
  thaw(): void;
}

export const frozen: Proof = {
  name: 'frozen',
  subject:
    'of two portals one is frozen, or cut off, with the trail’s lock: the other finishes 95 % of its acts within 5 s',
  short: true,
  everyServer: true,
  async run(context) {
    const house = await context.openHouse({ portals: 2, cable: true });
    const load = createLoad(await gatherActors(house), house.portals);
    load.start();
    await sleep(2_000);
    const failures: string[] = [];
    const notes: string[] = [];
    const episodes = episodesOf(house, context);
    for (const { way, time } of episodes) {
      const seen = await episode(house, load, way, time);
      failures.push(...seen.failures);
      notes.push(seen.note);
    }
    await load.stop();
    const ledger = await readLedger(house, load.acts);
    failures.push(...ledger.failures, ...(await trailFaults(house)));
    return {
      cases: episodes.length,
      failures,
      note: `${notes.join('; ')}; ${ledger.acknowledged} acts in all`,
    };
  },
};

function episodesOf(
  { portals: [portal], cable }: House,
  { short }: ProofContext,
): { way: Way; time: number }[] {
  if (!portal || !cable) throw new Error('there is no portal behind a cable');
  const ways: Way[] = [
    { what: 'frozen', freeze: () => portal.freeze(), thaw: () => portal.thaw() },
    { what: 'cut off', freeze: () => cable.freeze(), thaw: () => cable.repair() },
  ];
  const times = short ? [15_000] : [60_000, 15_000, 15_000, 15_000];
  return ways.flatMap((way) => times.map((time) => ({ way, time })));
}

async function episode(house: House, load: Load, { what, freeze, thaw }: Way, time: number) {
  const [first, other] = house.portals;
  if (!first || !other) throw new Error('it takes two portals');
  const holding = await freezeHolding(house, freeze, thaw);
  const began = performance.now();
  await sleep(time);
  const ended = performance.now();
  thaw();
  const back = await untilServed(load, first.name);
  await sleep(DONE_WITHIN);

  const acts = load.acts.filter(
    ({ portal, begun }) => portal === other.name && begun >= began && begun < ended,
  );
  const done = acts.filter((act) => isAcknowledged(act) && act.answer.took <= DONE_WITHIN);
  const part = done.length / acts.length;
  const about = `${what} for ${time / 1000} s ${holding ? 'with' : 'without'} the trail’s lock`;
  const longest = Math.max(...acts.map(({ answer }) => answer.took));
  return {
    failures: [
      ...(holding ? [] : [`${what}: never seen with the trail’s lock in ${TRIES} tries, nothing is shown`]),
      ...(part >= PART ? [] : [`${about}: the other finished ${done.length} of ${acts.length} acts in time`]),
      ...(back <= BACK_WITHIN ? [] : [`${about}: it serves again only after ${back.toFixed(0)} ms`]),
    ],
    note: `${about}: ${done.length} of ${acts.length} acts of the other (longest ${longest.toFixed(0)} ms), back after ${back.toFixed(0)} ms`,
  };
}

/** Freezes it again and again until it has the lock. True where it has. */
async function freezeHolding(house: House, freeze: () => void, thaw: () => void): Promise<boolean> {
  for (let rank = 1; ; rank += 1) {
    freeze();
    if (await holdsTrail(house)) return true;
    if (rank === TRIES) return false;
    thaw();
    // So that it acts again, from another moment.
    await sleep(20 + ((rank * 7) % 30));
  }
}

/** True where the first portal has the lock that orders the trail, and its transaction waits for its next word. */
async function holdsTrail({ db, portals: [portal] }: House): Promise<boolean> {
  // What it had sent before is done, and what the server sent is on its way.
  await sleep(15);
  const { rows } = await db.raw(
    `SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND objsubid = 1 AND granted
       AND application_name = ? AND state = 'idle in transaction'`,
    [portal?.name ?? ''],
  );
  return rows.length > 0;
}

/** Milliseconds until an act sent from now on is done on that portal. */
async function untilServed(load: Load, portal: string): Promise<number> {
  const began = performance.now();
  const served = (act: Act) => act.portal === portal && act.begun >= began && isAcknowledged(act);
  while (!load.acts.findLast(served) && performance.now() - began < 4 * BACK_WITHIN) await sleep(50);
  return performance.now() - began;
}
