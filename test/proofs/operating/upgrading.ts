import { type Course, expect, type Step, untilReady } from './course.ts';
import { blockWith } from './document.ts';
import { startFlow } from './flow.ts';
import { unpackNext } from './machine.ts';
import { answerSystemctl } from './units.ts';

/** Seconds that a process has after SIGTERM. */
const STOPS_WITHIN = 35;

/** A process that ends is to end in time, with 0. */
async function stop({ supervisor }: Course, name: string): Promise<number> {
  const { code, seconds, said } = await supervisor.stop(name);
  expect(
    code === 0 && seconds <= STOPS_WITHIN,
    `${name} ended with ${code} after ${seconds.toFixed(1)} s: ${said}`,
  );
  return seconds;
}

/** What `systemctl` does for who types the document: one verb, and units. */
export const systemctlOf = (course: () => Course) =>
  answerSystemctl(async ([verb = '', ...names]) => {
    expect(['stop', 'start', 'restart'].includes(verb), `systemctl ${verb} is not known here`);
    // Timers, and what they start, are begun by hand here.
    for (const name of names.filter((each) => /^portail(@\d+|-worker)$/.test(each))) {
      if (verb !== 'start') await stop(course(), name);
      if (verb !== 'stop') course().supervisor.start(name);
    }
  });

/** Runs the work while pages are read and forms are sent; nothing may be lost. */
async function underFlow(course: Course, work: () => Promise<unknown>, what: string): Promise<void> {
  const flow = startFlow(course.proxy, course.national);
  let seen: Awaited<ReturnType<typeof flow.stop>>;
  try {
    await work();
    for (const port of ['3001', '3002', '3003']) await untilReady(course, port);
  } finally {
    seen = await flow.stop();
  }
  const { asked, acted, lost } = seen;
  expect(lost.length === 0, `${lost.length} of ${asked + acted} lost: ${lost.slice(0, 3).join('; ')}`);
  expect(asked > 50 && acted > 5, `too few were asked for: ${asked} and ${acted}`);
  course.notes.push(`${what}: ${asked} pages and ${acted} forms, none lost`);
}

const RESTARTS = /^\(\n[\s\S]*/m;

const upgrade: Step = {
  name: 'upgraded one portal at a time, the version before upon the newer schema, nothing is lost',
  async run(course) {
    unpackNext(course.machine);
    const block = blockWith('systemctl restart portail@$port');
    await underFlow(course, () => course.machine.type('owner', block), 'upgrade');
    const told = await course.machine.type('portal', 'readlink srv || readlink /srv/portail');
    expect(told.includes('portail-0.2.0'), `the folder leads to ${told}`);
  },
};

const goingBack: Step = {
  name: 'back to the version before, upon the newer schema, nothing is lost',
  async run(course) {
    const restarts = RESTARTS.exec(blockWith('systemctl restart portail@$port'))?.[0] ?? '';
    const back = `ln -sfnT /srv/portail-0.1.0 /srv/portail\n${restarts}`;
    await underFlow(course, () => course.machine.type('owner', back), 'back');
    const { said } = course.supervisor;
    expect(said().includes('the schema is newer'), `nothing tells that the schema is newer: ${said()}`);
  },
};

const ends: Step = {
  name: 'SIGTERM ends each process within 35 seconds, with exit code 0',
  async run(course) {
    const names = ['3001', '3002'].map((port) => `portail@${course.machine.ports.get(port)}`);
    const seconds = [];
    for (const name of [...names, 'portail-worker']) seconds.push(await stop(course, name));
    course.notes.push(`ended within ${Math.max(...seconds).toFixed(1)} s of SIGTERM`);
  },
};

export const upgrading: readonly Step[] = [upgrade, goingBack, ends];
