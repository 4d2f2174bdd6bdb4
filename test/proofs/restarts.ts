import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, type Random } from '../../seeds/people/random.ts';
import { type Act, createLoad, gatherActors, isAcknowledged, type Load } from './house/acts.ts';
import type { House } from './house/house.ts';
import { readLedger } from './house/ledger.ts';
import { leaveMessage, missingMessages, untilQuiet } from './house/messages.ts';
import { trailFaults } from './house/trail.ts';
import { STOPS_WITHIN, type Unit } from './house/unit.ts';
import type { Proof, ProofContext, ProofResult } from './proof.ts';

/** Seconds: a stuck message is not a slow one, and pauses between attempts grow. */
const QUIET_WITHIN = 180;
/** Seconds until people can act again; PostgreSQL's own recovery is in it. */
const BACK_WITHIN = 60;

interface Accident {
  name: string;
  happen(): Promise<void>;
}

/** What happens to the house of a proof, and what was seen. */
interface Course {
  house: House;
  load: Load;
  failures: string[];
  accidents: number;
  slowestBack: number;
  slowestStop: number;
}

export const restarts: Proof = {
  name: 'restarts',
  subject:
    '20 restarts and 20 kills of PostgreSQL, 40 kills of portals and worker, under load with messages leaving',
  everyServer: true,
  async run(context) {
    const house = await context.openHouse({ portals: 2, workers: 1 });
    const load = createLoad(await gatherActors(house), house.portals);
    load.start();
    const course: Course = { house, load, failures: [], accidents: 0, slowestBack: 0, slowestStop: 0 };
    await proceed(context, course);
    return conclude(context, course);
  },
};

async function proceed({ short, seed }: ProofContext, course: Course): Promise<void> {
  const { house } = course;
  const chance = createRandom(seed);
  const units = [...house.portals, ...house.workers];
  const restart: Accident = { name: 'restart of PostgreSQL', happen: () => house.server.restart() };
  const kill: Accident = { name: 'kill of PostgreSQL', happen: () => house.server.kill() };
  const killOf = (unit: Unit): Accident => ({ name: `kill of ${unit.name}`, happen: () => unit.kill() });

  // PostgreSQL alone first: a portal that is killed starts anew, and would hide what its database did to it. After
  // each round the others stop, so that each process in turn shows that it still sends messages alone.
  const rounds = short ? [chance.pick(units)] : units;
  const each = short ? 2 : 7;
  for (const survivor of rounds) {
    await undergo(course, chance, shuffle(chance, [...Array(each).fill(restart), ...Array(each).fill(kill)]));
    await showAlive(course, survivor);
  }
  const kills = Array.from({ length: short ? 4 : 40 }, (_, rank) =>
    killOf(units[rank % 3] ?? chance.pick(units)),
  );
  await undergo(course, chance, shuffle(chance, kills));
}

/** Lets accidents happen one after the other, each while people act, and after they can again. */
async function undergo(course: Course, chance: Random, accidents: readonly Accident[]): Promise<void> {
  for (const { name, happen } of accidents) {
    await sleep(200 + chance.below(1_000));
    await happen();
    course.accidents += 1;
    const back = await untilBack(course, name);
    course.slowestBack = Math.max(course.slowestBack, back);
  }
}

/** Seconds until somebody's act is acknowledged on each portal. */
async function untilBack({ load, house, failures }: Course, after: string): Promise<number> {
  const began = performance.now();
  const served = (unit: Unit) =>
    load.acts.findLast((act: Act) => act.portal === unit.name && isAcknowledged(act) && act.begun > began);
  for (;;) {
    const seconds = (performance.now() - began) / 1000;
    if (house.portals.every(served)) return seconds;
    if (seconds > BACK_WITHIN) {
      failures.push(`after a ${after} nobody can act within ${BACK_WITHIN} s`);
      return seconds;
    }
    await sleep(50);
  }
}

/** Stops all processes but one, which has to send a message by itself, then stops it too, and starts all again. */
async function showAlive(course: Course, survivor: Unit): Promise<void> {
  const { house, load, failures } = course;
  await load.stop();
  const units = [...house.portals, ...house.workers];
  for (const unit of units) if (unit !== survivor) await stop(course, unit);
  await leaveMessage(house);
  const { stuck } = await untilQuiet(house, QUIET_WITHIN);
  failures.push(...stuck.map((words) => `with ${survivor.name} alone, ${words}`));
  await stop(course, survivor);
  await Promise.all(units.map((unit) => unit.start()));
  load.start();
}

async function stop(course: Course, unit: Unit): Promise<void> {
  const { code, seconds } = await unit.stop();
  course.slowestStop = Math.max(course.slowestStop, seconds);
  if (seconds > STOPS_WITHIN || code !== 0) {
    course.failures.push(`${unit.name} ended ${seconds.toFixed(1)} s after SIGTERM with ${code}`);
  }
}

async function conclude({ seed }: ProofContext, course: Course): Promise<ProofResult> {
  const { house, load, failures } = course;
  await load.stop();
  const { seconds, stuck } = await untilQuiet(house, QUIET_WITHIN);
  const units = [...house.portals, ...house.workers];
  for (const unit of units) await stop(course, unit);
  const ledger = await readLedger(house, load.acts);
  failures.push(
    ...stuck,
    ...ledger.failures,
    ...(await missingMessages(house)),
    ...(await trailFaults(house)),
  );
  for (const { name, fallen } of units) {
    if (fallen.length > 0)
      failures.push(`${name} ended by itself ${fallen.length} times, with ${fallen.join(', ')}`);
  }
  const note = [
    `${ledger.acknowledged} acts acknowledged`,
    `${ledger.unknown} without answer, ${ledger.doneUnseen} of them done`,
    `${house.mailbox.received.length} messages received, quiet ${seconds.toFixed(1)} s after the last act`,
    `back within ${course.slowestBack.toFixed(1)} s at most`,
    `ended within ${course.slowestStop.toFixed(1)} s of SIGTERM at most`,
    `seed ${seed}`,
  ];
  return { cases: course.accidents, failures, note: note.join('; ') };
}

function shuffle<T>(chance: Random, list: readonly T[]): T[] {
  const left = [...list];
  return list.flatMap(() => left.splice(chance.below(left.length), 1));
}
