// Milliseconds between two looks at the time that passes.
const STEP = 20;

/**
 * What the work gives, and how many milliseconds it took: without those in which the machine had no turn for this
 * process, so that a promise such as « within 3 seconds » is judged beside a load as it is on a quiet machine. What
 * the process itself computes counts.
 */
export async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const began = performance.now();
  let last = began;
  let computed = process.threadCpuUsage();
  let lost = 0;
  const look = () => {
    const now = performance.now();
    const { user, system } = process.threadCpuUsage(computed);
    const late = now - last - STEP - (user + system) / 1_000;
    if (late > STEP) lost += late;
    last = now;
    computed = process.threadCpuUsage();
  };
  const looking = setInterval(look, STEP);
  try {
    const result = await work();
    look();
    return [result, performance.now() - began - lost];
  } finally {
    clearInterval(looking);
  }
}
