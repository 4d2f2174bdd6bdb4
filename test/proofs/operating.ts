import { startMailbox } from '../mail/mailbox.ts';
import type { Course, Step } from './operating/course.ts';
import { DOCUMENT, unprovedBlocks } from './operating/document.ts';
import { installing } from './operating/installing.ts';
import { keeping, recordOldMonths } from './operating/keeping.ts';
import { openMachine } from './operating/machine.ts';
import { openProxy } from './operating/proxy.ts';
import { findFlavour } from './operating/server.ts';
import { copyUnits, createSupervisor } from './operating/units.ts';
import { systemctlOf, upgrading } from './operating/upgrading.ts';
import type { Proof, ProofResult } from './proof.ts';

/** By how they begin, the blocks that change the machine itself: nobody runs them here. */
const NOT_RUN = [
  /^useradd /,
  /^cp deploy\/systemd/,
  /^cp deploy\/nginx/,
  // There is no Docker in a proof.
  /^docker compose /,
];

const [roles, settings, schema, ...others] = installing;
const months: Step = { name: 'the trail has months to drop', run: recordOldMonths };
const whole: Step = {
  name: `every block of ${DOCUMENT} was typed, but those that change the machine`,
  async run() {
    const left = unprovedBlocks().filter((first) => !NOT_RUN.some((pattern) => pattern.test(first)));
    if (left.length > 0) throw new Error(`nobody typed ${left.map((first) => `« ${first} »`).join(', ')}`);
  },
};
const STEPS = [roles, settings, schema, months, ...others, ...keeping, ...upgrading, whole].filter(
  (step) => step !== undefined,
);

export const operating: Proof = {
  name: 'operating',
  subject: `${DOCUMENT} followed to the letter, on a PostgreSQL and a proxy of its own`,
  async run() {
    const flavour = findFlavour();
    if (!flavour)
      return {
        cases: 0,
        failures: [],
        note: 'PostgreSQL’s own programs are not installed here: nothing ran',
      };
    let course: Course | undefined;
    const systemctl = await systemctlOf(() => course as Course);
    const mailbox = await startMailbox();
    try {
      const machine = await openMachine(flavour, systemctl.url);
      try {
        const units = copyUnits(machine);
        const [proxy, supervisor] = [await openProxy(machine), createSupervisor(units)];
        const national = { email: '', password: '' };
        course = { machine, mailbox, units, supervisor, proxy, national, notes: [flavour.name, proxy.told] };
        return await follow(course);
      } finally {
        await course?.supervisor.stopAll();
        await course?.proxy.close();
        await machine.close();
      }
    } finally {
      await mailbox.stop();
      systemctl.close();
    }
  },
};

/** Each step needs those before it: the first that fails is the last. */
async function follow(course: Course): Promise<ProofResult> {
  let cases = 0;
  const failures: string[] = [];
  for (const step of STEPS) {
    cases += 1;
    try {
      await step.run(course);
    } catch (error) {
      failures.push(`${step.name}: ${error instanceof Error ? error.message : error}`);
      break;
    }
  }
  course.notes.push('npm ci was not run again: the packages are those of this folder');
  return { cases, failures, note: course.notes.join('; ') };
}
