import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** A process of the bench, apart from the one that measures. */
export interface Running {
  pid: number;
  /** The first line that it printed and that matches. */
  firstLine: string;
  stop(): Promise<void>;
}

/** Starts a program of the project and waits until it prints a line that matches. */
export function run(
  script: string,
  args: readonly string[],
  environment: Record<string, string>,
  ready: RegExp,
): Promise<Running> {
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${script} stopped with code ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (ready.test(line)) resolve({ pid: child.pid ?? 0, firstLine: line, stop: () => stop(child) });
    });
  });
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.removeAllListeners('exit');
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

/** Resident memory of a process in MB, as Linux accounts it; null elsewhere. */
export function memoryOf(pid: number): number | null {
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes) / 1024;
  } catch {
    return null;
  }
}
