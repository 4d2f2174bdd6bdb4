import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedServerError, programPath, run } from './binaries.ts';
import { type Cluster, describeCluster } from './folder.ts';

/** Role that owns everything, and database of the portal. */
export const OWNER = 'portail';

interface Connection {
  port: number;
  password: string;
}

/**
 * Makes the cluster unless it exists: French ICU collation, UTF-8, one owner with a random password. It is built
 * aside and renamed, so that an interrupted or simultaneous start never leaves half a cluster.
 * @param sync false skips the flush to disk (tests)
 * @throws EmbeddedServerError when initdb refuses
 */
export async function createCluster(cluster: Cluster, native: string, sync: boolean): Promise<void> {
  if (await exists(cluster.data)) return;
  const folder = await mkdtemp(join(cluster.home, 'unfinished-'));
  try {
    if (cluster.user) await chmod(folder, 0o755);
    const draft = describeCluster(cluster.home, folder, cluster.user);
    await fillCluster(draft, native, sync);
    await rename(folder, join(cluster.home, 'cluster'));
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    if (!(await exists(cluster.data))) throw error;
  }
}

async function fillCluster(draft: Cluster, native: string, sync: boolean): Promise<void> {
  const password = randomBytes(24).toString('base64url');
  const passwordFile = join(draft.data, '..', 'password');
  await mkdir(draft.data, { mode: 0o700 });
  await writeFile(draft.log, '', { mode: 0o600 });
  await writeFile(draft.connection, JSON.stringify({ port: 0, password }), { mode: 0o600, flush: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  for (const path of draft.user ? [draft.data, passwordFile] : []) {
    await chown(path, draft.user?.uid ?? 0, draft.user?.gid ?? 0);
  }
  const locale = ['--locale-provider=icu', '--icu-locale=fr-FR', '--locale=C', '--encoding=UTF8'];
  const access = ['--auth=scram-sha-256', `--username=${OWNER}`, `--pwfile=${passwordFile}`];
  const args = ['-D', draft.data, ...locale, ...access, '--no-instructions', ...(sync ? [] : ['--no-sync'])];
  const { code, output } = await run(programPath(native, 'initdb'), args, draft.user);
  if (code !== 0) throw new EmbeddedServerError(explainRefusal(output));
  await rm(passwordFile);
}

function explainRefusal(output: string): string {
  const uid = /could not look up effective user ID (\d+)/.exec(output)?.[1];
  if (uid) return `user id ${uid} has no entry in /etc/passwd, which PostgreSQL requires`;
  const lines = output.split('\n');
  return `initdb failed (${lines.find((line) => line.includes('error:')) ?? lines.at(-1)})`;
}

/** A folder that this process may not read counts as existing. */
async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error) => error.code !== 'ENOENT',
  );
}

/**
 * Reads the port and the password of a cluster.
 * @throws EmbeddedServerError when the file is missing, damaged or someone else's
 */
export async function readConnection(cluster: Cluster): Promise<Connection> {
  const hint = 'it must be started by the user who created its data, or that folder removed to start afresh';
  try {
    const connection: unknown = JSON.parse(await readFile(cluster.connection, 'utf8'));
    if (isConnection(connection)) return connection;
  } catch (error) {
    throw new EmbeddedServerError(`${cluster.connection} cannot be read: ${hint}`, error);
  }
  throw new EmbeddedServerError(`${cluster.connection} cannot be read, it holds no password: ${hint}`);
}

function isConnection(read: unknown): read is Connection {
  const { port, password } = (read ?? {}) as Partial<Connection>;
  return Number.isInteger(port) && typeof password === 'string' && password !== '';
}

/** Remembers the port for the next start; the file keeps its owner when root starts somebody else's cluster. */
export async function rememberPort(cluster: Cluster, connection: Connection): Promise<void> {
  if ((await readConnection(cluster)).port === connection.port) return;
  const { uid, gid } = await stat(cluster.connection);
  const draft = `${cluster.connection}.new`;
  // On the disk before it takes the place of the former one: a crash of the machine leaves one of them whole.
  await writeFile(draft, JSON.stringify(connection), { mode: 0o600, flush: true });
  if (process.getuid?.() === 0) await chown(draft, uid, gid);
  await rename(draft, cluster.connection);
}
