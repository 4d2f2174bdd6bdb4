import { readFileSync } from 'node:fs';

/** Sends a signal to PostgreSQL and each of its processes. Stops the postmaster first, so that it makes no other process and keeps its own until each has the signal. */
export function signalAll(postmaster: number, signal: NodeJS.Signals): void {
  signalOne(postmaster, 'SIGSTOP');
  for (const pid of [...childrenOf(postmaster), postmaster]) signalOne(pid, signal);
}

function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It had just ended.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Each process of PostgreSQL leads a group of its own: only the system knows whose children they are. */
function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').map(Number).filter(Boolean);
  } catch {
    return [];
  }
}
