import { accessSync, constants, existsSync, type Stats, statfsSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { auditKeyFile, findAuditKey } from '../config/audit-key.ts';
import type { Environment } from '../config/environment.ts';
import { type Finding, fail, ok, warn } from '../database/doctor/finding.ts';
import { DAY } from '../domain/duration.ts';
import { codeOf } from './file-faults.ts';

const GIGABYTE = 1e9;
const LITTLE = 5 * GIGABYTE;
const NEARLY_NOTHING = 0.5 * GIGABYTE;

/** Whose process this is, as `chown` takes it. */
function ownName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? '');
  }
}

/** Where the portal keeps what it keeps on this machine: whether it is there, or can be made, and its user may write. */
export function dataFindings({ dataDirectory, production }: Environment): Finding[] {
  const subject = 'DATA_DIR';
  const folder = resolve(dataDirectory);
  const remedy = `as root: install -d -o ${ownName()} -m 700 ${folder}, or correct DATA_DIR`;
  const there = nearest(folder);
  try {
    if (!statSync(there).isDirectory())
      return [fail(subject, `${there} is not a folder`, 'correct DATA_DIR')];
    accessSync(there, constants.W_OK | constants.X_OK);
  } catch (error) {
    const told = there === folder ? 'cannot be written' : `is not there, and cannot be made in ${there}`;
    return [fail(subject, `${folder} ${told} (${codeOf(error)})`, remedy)];
  }
  if (there === folder) return [ok(subject, `${folder} can be written`)];
  if (!production) return [ok(subject, `${folder} is made when it is needed`)];
  const told = `${folder} is not there: it will be new, and so will the key that signs checkpoints`;
  return [warn(subject, told, `correct DATA_DIR where it was elsewhere; the first time, ${remedy}`)];
}

/** The folder, or the nearest one above it that is there. */
function nearest(folder: string): string {
  let place = folder;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  return place;
}

/** The room that is left where this machine keeps something of the portal. */
export function diskFindings({ dataDirectory, databaseUrl }: Environment): Finding[] {
  const places = { 'disk of DATA_DIR': dataDirectory };
  const embedded = { 'disk of the embedded database': join(dataDirectory, 'postgresql') };
  return Object.entries(databaseUrl === null ? { ...places, ...embedded } : places).map(
    ([subject, folder]) => {
      let free: number;
      try {
        const { bavail, bsize } = statfsSync(folder);
        free = bavail * bsize;
      } catch (error) {
        const code = codeOf(error);
        if (code === 'ENOENT') return ok(subject, `${folder} is made when it is needed`);
        return fail(subject, `${folder} cannot be looked at (${code})`, 'give the portal’s user the folder');
      }
      const told = `${(free / GIGABYTE).toFixed(1)} GB free in ${folder}`;
      if (free < NEARLY_NOTHING) return fail(subject, told, 'make room: nothing can be written soon');
      return free < LITTLE ? warn(subject, told, 'make room') : ok(subject, told);
    },
  );
}

/** Days: a list of breached passwords is renewed each year, and some to spare. */
const LIST_AGE = 400;

/** The list of breached passwords, where there is one: what it weighs, and how old it is by the time of the file. */
export function listFindings({ breachedPasswordsFile: list }: Environment, now: Date): Finding[] {
  if (list === null) return [];
  const subject = 'breached passwords';
  const { size, mtimeMs } = statSync(list);
  const days = (now.getTime() - mtimeMs) / DAY;
  const told = `${list}, ${(size / GIGABYTE).toFixed(1)} GB, ${days.toFixed(0)} days old`;
  if (days <= LIST_AGE) return [ok(subject, told)];
  return [warn(subject, told, 'download it anew, then start the portals again (docs/operating.md)')];
}

const HAS_MODES = process.platform !== 'win32';

const modeOf = ({ mode }: Stats): string => (mode & 0o777).toString(8).padStart(3, '0');

/**
 * The secrets that stand in files: whether they are there, whose they are, and who else may read them.
 * @param named the file that each variable names, NAME_FILE in the place of NAME
 */
export function secretFindings(environment: Environment, named: ReadonlyMap<string, string>): Finding[] {
  const { dataDirectory, sessionSecret, factorKey } = environment;
  const kept = { 'session-secret': sessionSecret, 'factor-key': factorKey };
  const own = Object.entries(kept).flatMap(([name, given]) =>
    given === null ? join(dataDirectory, name) : [],
  );
  return [
    ...[auditKeyFile(environment), ...own].map((file) => ownSecret(file, environment)),
    ...[...named].map(([variable, file]) => namedSecret(variable, file)),
  ];
}

/** One that the portal makes in DATA_DIR. */
function ownSecret(file: string, environment: Environment): Finding {
  const subject = `secret ${file}`;
  let status: Stats | undefined;
  try {
    status = statSync(file, { throwIfNoEntry: false });
  } catch (error) {
    return fail(subject, `cannot be looked at (${codeOf(error)})`, 'run it as the portal’s user');
  }
  if (!status) return ok(subject, 'is made when it is needed');
  if (HAS_MODES && (status.mode & 0o077) !== 0)
    return fail(subject, `mode ${modeOf(status)}: others may read it`, `chmod 600 ${file}`);
  const folder = statSync(environment.dataDirectory);
  const stranger = HAS_MODES && status.uid !== folder.uid;
  const remedy = `as root: chown ${stranger ? nameOf(folder.uid) : ownName()} ${file}`;
  const whose = `it belongs to ${nameOf(status.uid)}`;
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    return fail(subject, `cannot be read (${codeOf(error)}): ${whose}`, `${remedy}; chmod 600 ${file}`);
  }
  if (stranger) return fail(subject, `${whose}, and DATA_DIR to ${nameOf(folder.uid)}`, remedy);
  try {
    if (file === auditKeyFile(environment)) findAuditKey(environment);
    return ok(subject, `mode ${modeOf(status)}`);
  } catch (error) {
    return fail(subject, (error as Error).message, 'put back the file that was kept apart');
  }
}

/** The name of a user where it is known without asking, otherwise the number, which `chown` takes as well. */
const nameOf = (uid: number): string =>
  uid === 0 ? 'root' : uid === process.getuid?.() ? ownName() : String(uid);

/** Where containers find their secrets, which nobody else sees whatever their modes (docs/operating.md). */
const CONTAINER = '/run/secrets/';

/** One that somebody else made: its group may be the portal’s, and read it. */
function namedSecret(variable: string, file: string): Finding {
  const subject = `secret ${variable}_FILE`;
  const status = statSync(file);
  const told = `${file}, mode ${modeOf(status)}`;
  const remedy = `chmod 640 ${file}, and its group the portal’s`;
  if (!HAS_MODES) return ok(subject, file);
  if ((status.mode & 0o022) === 0 && resolve(file).startsWith(CONTAINER)) return ok(subject, told);
  if (isClosed(file)) return ok(subject, `${told}, in a folder that is closed to others`);
  if ((status.mode & 0o022) !== 0) return fail(subject, `${told}: others may change it`, remedy);
  return (status.mode & 0o004) !== 0
    ? fail(subject, `${told}: others may read it`, remedy)
    : ok(subject, told);
}

/** True where a folder on the way lets nobody through but its owner and its group. */
function isClosed(file: string): boolean {
  const folder = dirname(resolve(file));
  return (statSync(folder).mode & 0o001) === 0 || (dirname(folder) !== folder && isClosed(folder));
}
