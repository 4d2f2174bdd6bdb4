import type { Mailbox } from '../../mail/mailbox.ts';
import type { Person } from './flow.ts';
import type { Machine } from './machine.ts';
import type { Gate } from './proxy.ts';
import type { Supervisor } from './units.ts';

/** What the steps of the proof work with, and leave to each other. */
export interface Course {
  machine: Machine;
  mailbox: Mailbox;
  /** The folder of the units, and what runs them. */
  units: string;
  supervisor: Supervisor;
  proxy: Gate;
  /** The first administrator, once their account is active. */
  national: Person;
  /** What was measured, and what could not be looked at. */
  notes: string[];
}

export interface Step {
  /** What is true once it is done. */
  name: string;
  /** @throws where it is not */
  run(course: Course): Promise<void>;
}

/** @throws where it does not hold */
export function expect(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise);
}

/** Waits until a process of the portal is ready. @throws with what it said */
export async function untilReady({ machine, supervisor }: Course, port: string, seconds = 60): Promise<void> {
  const url = `http://127.0.0.1:${machine.ports.get(port)}/readyz`;
  const limit = performance.now() + seconds * 1_000;
  for (;;) {
    const status = await fetch(url).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return;
    expect(performance.now() < limit, `${url} is not ready after ${seconds} s: ${supervisor.said()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
