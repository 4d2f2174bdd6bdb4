import { setTimeout as sleep } from 'node:timers/promises';
import { type Act, createLoad, gatherActors, isAcknowledged, type Load } from './house/acts.ts';
import type { House } from './house/house.ts';
import { readLedger } from './house/ledger.ts';
import { trailFaults } from './house/trail.ts';
import type { Proof, ProofContext } from './proof.ts';

/** The promise: this part of the acts of the other portal is done within so many milliseconds. */
const PART = 0.95;
const DONE_WITHIN = 5_000;
/** Milliseconds until the frozen one serves again. */
const BACK_WITHIN = 5_000;
/** Ten milliseconds each: less than acts may wait for a lock. */
const LOOKS = 150;

interface Way {
  what: string;
  freeze(): void;
  thaw(): void;
}

export const frozen: Proof = {
  name: 'frozen',
  subject:
    'of two portals one is frozen or cut off in the middle of acts: the other finishes 95 % of its own within 5 s',
  short: true,
  everyServer: true,
  async run(context) {
    const house = await context.openHouse({ portals: 2, cable: true });
    const load = createLoad(await gatherActors(house), house.portals);
    const failures: string[] = [];
    const notes: string[] = [];
    const episodes = episodesOf(house, context);
    for (const each of episodes) {
      const seen = await episode(house, load, each);
      failures.push(...seen.failures);
      notes.push(seen.note);
    }
    const ledger = await readLedger(house, load.acts);
    failures.push(...ledger.failures, ...(await trailFaults(house)));
    return {
      cases: episodes.length,
      failures,
      note: `${notes.join('; ')}; ${ledger.acknowledged} acts in all`,
    };
  },
};

interface Episode {
  way: Way;
  /** Milliseconds. */
  time: number;
  /** True for the worst moment, false for any. */
  atTheTrail: boolean;
}

function episodesOf({ portals: [portal], cable }: House, { short }: ProofContext): Episode[] {
  if (!portal || !cable) throw new Error('there is no portal behind a cable');
  const ways: Way[] = [
    { what: 'frozen', freeze: () => portal.freeze(), thaw: () => portal.thaw() },
    { what: 'cut off', freeze: () => cable.freeze(), thaw: () => cable.repair() },
  ];
  return ways.flatMap((way) => {
    if (short) return [{ way, time: 12_000, atTheTrail: true }];
    return [
      { way, time: 60_000, atTheTrail: true },
      { way, time: 60_000, atTheTrail: false },
      ...[true, false, true].map((atTheTrail) => ({ way, time: 15_000, atTheTrail })),
    ];
  });
}

async function episode(house: House, load: Load, { way: { what, freeze, thaw }, time, atTheTrail }: Episode) {
  const [first, other] = house.portals;
  if (!first || !other) throw new Error('it takes two portals');
  load.start();
  await sleep(1_000);
  const waiting = atTheTrail ? await freezeAtTheTrail(house, freeze) : freeze();
  const began = performance.now();
  await sleep(time);
  const ended = performance.now();
  thaw();
  const back = await untilServed(load, first.name);
  await load.stop();

  const acts = load.acts.filter(
    ({ portal, begun }) => portal === other.name && begun >= began && begun < ended,
  );
  const done = acts.filter((act) => isAcknowledged(act) && act.answer.took <= DONE_WITHIN);
  const part = done.length / acts.length;
  const about = `${what} for ${time / 1000} s${waiting ? ` as ${waiting} of its acts reached the trail` : ''}`;
  const longest = Math.max(...acts.map(({ answer }) => answer.took));
  return {
    failures: [
      ...(waiting === 0 ? [`${what}: no act of it reached the trail, so nothing is shown`] : []),
      ...(part >= PART ? [] : [`${about}: the other finished ${done.length} of ${acts.length} acts in time`]),
      ...(back <= BACK_WITHIN ? [] : [`${about}: it serves again only after ${back.toFixed(0)} ms`]),
    ],
    note: `${about}: ${done.length} of ${acts.length} acts of the other (longest ${longest.toFixed(0)} ms), back after ${back.toFixed(0)} ms`,
  };
}

/**
 * Freezes it while its acts wait for the lock that orders the trail, which they get only then: whoever takes it in a
 * step of its own keeps it from everybody, as long as it stands still. How many waited.
 */
async function freezeAtTheTrail({ db, portals: [portal] }: House, freeze: () => void): Promise<number> {
  const trail = await db.transaction();
  try {
    await trail.raw(`SELECT pg_advisory_xact_lock(hashtext('audit_events'))`);
    for (let look = 1; look <= LOOKS; look += 1) {
      const { rows } = await db.raw(
        `SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
         WHERE locktype = 'advisory' AND NOT granted AND application_name = ?`,
        [portal?.name ?? ''],
      );
      if (rows.length > 0) {
        freeze();
        return rows.length;
      }
      await sleep(10);
    }
    return 0;
  } finally {
    await trail.commit();
  }
}

/** Milliseconds until an act sent from now on is done on that portal. */
async function untilServed(load: Load, portal: string): Promise<number> {
  const began = performance.now();
  const served = (act: Act) => act.portal === portal && act.begun >= began && isAcknowledged(act);
  while (!load.acts.findLast(served) && performance.now() - began < 4 * BACK_WITHIN) await sleep(50);
  return performance.now() - began;
}
