import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readlink,
  realpath,
  rm,
  rmdir,
  stat,
  symlink,
  unlink,
} from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type DatabaseUser, EmbeddedServerError, run } from './binaries.ts';

/** Where one embedded server keeps its things. */
export interface Cluster {
  home: string;
  data: string;
  log: string;
  /** Port of the last start and password of the owner, as JSON, readable by the owner of the folder alone. */
  connection: string;
  user: DatabaseUser;
}

export interface Logger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

const NOBODY = { uid: 65534, gid: 65534 };
const LEFTOVER_AGE_MS = 10 * 60_000;

/**
 * Chooses the folders of the server and who runs it, and sweeps what interrupted starts left behind.
 * @throws EmbeddedServerError when, as root, no folder can be used by an unprivileged user
 */
export async function locateCluster(dataDirectory: string, logger: Logger): Promise<Cluster> {
  const home = await locateHome(resolve(dataDirectory), logger);
  for (const name of await readdir(home)) {
    if (!name.startsWith('unfinished-')) continue;
    const age = await stat(join(home, name)).then(
      (status) => Date.now() - status.mtimeMs,
      () => 0,
    );
    if (age > LEFTOVER_AGE_MS) await rm(join(home, name), { recursive: true, force: true });
  }
  const folder = join(home, 'cluster');
  return describeCluster(home, folder, await databaseUser(join(folder, 'data')));
}

/** Names the files of a cluster kept in this folder. */
export function describeCluster(home: string, folder: string, user: DatabaseUser): Cluster {
  const [data, log] = [join(folder, 'data'), join(folder, 'server.log')];
  return { home, data, log, connection: join(folder, 'connection.json'), user };
}

/** Root acts as the owner of the data that is already there, so that a start with sudo takes nothing away. */
async function databaseUser(data: string): Promise<DatabaseUser> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(data).catch(() => undefined);
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : NOBODY;
}

async function locateHome(dataDirectory: string, logger: Logger): Promise<string> {
  await mkdir(dataDirectory, { recursive: true });
  const wanted = join(dataDirectory, 'postgresql');
  const existing = await realpath(wanted).catch(() => undefined);
  if (existing) return existing;
  const root = process.getuid?.() === 0;
  const lost = await readlink(wanted).catch(() => undefined);
  if (lost) {
    logger.warn({ lost }, 'the data of the embedded PostgreSQL has disappeared; starting with an empty one');
    await unlink(wanted);
  }
  if (root && !(await usableByNobody(dataDirectory))) return homeElsewhere(wanted, logger);
  await mkdir(wanted, { recursive: true });
  // Whatever the umask: the database's user must go through.
  if (root) await chmod(wanted, 0o755);
  return realpath(wanted);
}

async function usableByNobody(folder: string): Promise<boolean> {
  const probe = await mkdtemp(join(folder, 'unfinished-'));
  try {
    await chown(probe, NOBODY.uid, NOBODY.gid);
    return (await run('/bin/sh', ['-c', 'cd "$0" && test -w .', probe], NOBODY)).code === 0;
  } catch {
    return false;
  } finally {
    await rmdir(probe);
  }
}

/**
 * A project under /root is closed to the database's user, and opening /root is not ours to do: the data goes to
 * /var/lib, which survives a restart of the machine as /tmp does not, under a random name that the symbolic link
 * left in its place remembers: a fresh clone at the same path never meets the data of the former one.
 */
async function homeElsewhere(wanted: string, logger: Logger): Promise<string> {
  for (const parent of ['/var/lib', '/var/tmp']) {
    const home = await mkdtemp(join(parent, 'portail-postgresql-')).catch(() => undefined);
    if (!home) continue;
    await chmod(home, 0o755);
    if (await usableByNobody(home)) {
      // When a simultaneous start was quicker, its folder serves.
      await symlink(home, wanted).catch(() => rmdir(home));
      const chosen = await realpath(wanted);
      logger.warn(
        { wanted, chosen },
        'the data folder is closed to the user that runs PostgreSQL: data kept elsewhere',
      );
      return chosen;
    }
    await rmdir(home);
  }
  throw new EmbeddedServerError(
    `started by root, it must run as uid ${NOBODY.uid}, which cannot work in ${wanted}, /var/lib or /var/tmp`,
  );
}
