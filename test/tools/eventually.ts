import { setTimeout as pause } from 'node:timers/promises';

/** Waits until it holds. It fails after two minutes, which only a broken promise takes, however slow the machine. */
export async function eventually(holds: () => Promise<boolean> | boolean, seconds = 120): Promise<void> {
  const deadline = performance.now() + seconds * 1_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`still not so after ${seconds} seconds`);
    await pause(50);
  }
}
