const WIDTH = 30;

/**
 * Tells on stderr how far a long command is: a bar that moves on a terminal, elsewhere a line for each step and
 * each tenth of the whole.
 */
export function createProgress(stream: NodeJS.WriteStream = process.stderr) {
  const start = performance.now();
  let told = '';

  return {
    /** `done` goes from 0 to 1. */
    show(step: string, done: number): void {
      // A sum of shares may fall short of 1 by a rounding.
      const percent = Math.floor(done * 100 + 1e-6);
      const moment = `${step} ${stream.isTTY ? percent : Math.floor(percent / 10)}`;
      if (moment === told) return;
      told = moment;
      const line = `${String(percent).padStart(3)} %  ${step}`;
      if (!stream.isTTY) {
        stream.write(`${line}\n`);
        return;
      }
      const filled = Math.round(done * WIDTH);
      stream.write(`\r[${'#'.repeat(filled)}${' '.repeat(WIDTH - filled)}] ${line}\u001b[K`);
    },
    /** Ends the bar; returns the seconds since the beginning. */
    end(): number {
      if (stream.isTTY && told !== '') stream.write('\n');
      return (performance.now() - start) / 1_000;
    },
  };
}
