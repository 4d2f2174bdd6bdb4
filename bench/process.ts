import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A process of the bench, apart from the one that measures. */
export interface Running {
  pid: number;
  /** The first line that it printed and that matches. */
  firstLine: string;
  stop(): Promise<void>;
}

/** Milliseconds between two looks at what a program printed. */
const LOOKS_EVERY = 10;

/** Starts a program of the project and waits until it prints a line that matches. It prints to a file, as a service does. */
export async function run(
  script: string,
  args: readonly string[],
  environment: Record<string, string>,
  ready: RegExp,
): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'portail-bench-log-'));
  const log = join(folder, 'log');
  const file = openSync(log, 'a');
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', file, 'inherit'],
  });
  closeSync(file);
  child.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  while (child.exitCode === null) {
    const line = readFileSync(log, 'utf8')
      .split('\n')
      .slice(0, -1)
      .find((each) => ready.test(each));
    if (line !== undefined) return { pid: child.pid ?? 0, firstLine: line, stop: () => stop(child) };
    await pause(LOOKS_EVERY);
  }
  throw new Error(`${script} stopped with code ${child.exitCode}`);
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
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
