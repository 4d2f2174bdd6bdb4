import { randomUUID } from 'node:crypto';
import { link, readFile, readlink, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedServerError } from './binaries.ts';
import type { Cluster } from './folder.ts';

/** What postmaster.pid says of a server whose process is alive. */
interface RunningServer {
  pid: number;
  port: number;
  /** It can be asked: it said that it is ready, or ought to be. */
  ready: boolean;
}

/**
 * PostgreSQL adds to the file, by its name, that it is ready: it cannot in the instant in which a simultaneous start
 * looks whether the file is a wreck (dropWreck), and does not try again. One that has been there for so long is asked.
 */
const READY_WITHIN_MS = 5_000;

/** PostgreSQL writes the file right after it has made it, and then believes what stands there, for ever. */
const WRITTEN_WITHIN_MS = 1_000;

/** Reads the server that runs on this cluster; undefined when there is none to be seen, or only the file of a dead one. */
export async function findRunningServer(cluster: Cluster): Promise<RunningServer | undefined> {
  const lines = (await readLock(lockFile(cluster)).catch(() => undefined))?.split('\n') ?? [];
  const pid = pidOf(lines[0]);
  if (pid === undefined || !isAlive(pid) || !(await isServerOf(cluster, pid))) return undefined;
  const isOld = Date.now() - Number(lines[2]) * 1_000 > READY_WITHIN_MS;
  return { pid, port: Number(lines[3]), ready: isOld || lines[7]?.trim() === 'ready' };
}

/**
 * Removes what a crash of the machine left of postmaster.pid, before a start: a file that is empty or garbled, or whose
 * number was given to another program since. That of a dead server stays: PostgreSQL looks for its memory.
 * @throws EmbeddedServerError when the file cannot be read
 */
export async function dropWreck(cluster: Cluster): Promise<void> {
  const path = lockFile(cluster);
  const text = await readLock(path);
  if (text === undefined || !(await isWreck(cluster, text))) return;
  if (pidOf(text) === undefined) {
    await sleep(WRITTEN_WITHIN_MS);
    const written = await readLock(path);
    if (written === undefined || !(await isWreck(cluster, written))) return;
  }
  // Moved aside, then looked at: a simultaneous start may have done the same, and its server stand there already.
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch(() => undefined);
  const moved = await readLock(aside);
  if (moved === undefined) return;
  if (!(await isWreck(cluster, moved))) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}

async function isWreck(cluster: Cluster, text: string): Promise<boolean> {
  const pid = pidOf(text);
  return pid === undefined || (isAlive(pid) && !(await isServerOf(cluster, pid)));
}

function lockFile(cluster: Cluster): string {
  return join(cluster.data, 'postmaster.pid');
}

/** Undefined where there is no file. */
async function readLock(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    const hint = 'it must be started by the user who created its data';
    throw new EmbeddedServerError(`${path} cannot be read (${code}): ${hint}`, error);
  }
}

/** The number that a text begins with; PostgreSQL puts a sign before that of a server for one user. */
function pidOf(text: string | undefined): number | undefined {
  const digits = /^-?([1-9]\d{0,8})(?=\s|$)/.exec(text ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** True when a process has this number, whoever's. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * After a restart of the machine another program may have the number, even another PostgreSQL; a zombie's command line
 * is empty. PostgreSQL works in the folder of its data.
 */
async function isServerOf(cluster: Cluster, pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (!commandLine.includes('/postgres\0')) return false;
  // Only root and the user of the process may look there.
  const folder = await readlink(`/proc/${pid}/cwd`).catch(() => cluster.data);
  return folder === cluster.data;
}
