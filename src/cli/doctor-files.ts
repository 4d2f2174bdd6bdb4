import { statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { auditKeyFile, findAuditKey } from '../config/audit-key.ts';
import type { Environment } from '../config/environment.ts';
import { type Finding, fail, ok, warn } from '../database/doctor/finding.ts';
import { findCheckpointOrRefuse } from './checkpoint-file.ts';

const GIGABYTE = 1e9;
const LITTLE = 5 * GIGABYTE;
const NEARLY_NOTHING = 0.5 * GIGABYTE;

/** Hours: a checkpoint a day, and some to spare. */
const CHECKPOINT_AGE = 26;

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
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT') return ok(subject, `${folder} is made when it is needed`);
        return fail(subject, `${folder} cannot be looked at (${code})`, 'give the portal’s user the folder');
      }
      const told = `${(free / GIGABYTE).toFixed(1)} GB free in ${folder}`;
      if (free < NEARLY_NOTHING) return fail(subject, told, 'make room: nothing can be written soon');
      return free < LITTLE ? warn(subject, told, 'make room') : ok(subject, told);
    },
  );
}

/** The secrets that stand in DATA_DIR: whether they are there, and who else may read them. */
export function secretFindings(environment: Environment): Finding[] {
  const { dataDirectory, sessionSecret } = environment;
  const key = auditKeyFile(environment);
  const files = [key, ...(sessionSecret === null ? [join(dataDirectory, 'session-secret')] : [])];
  return files.map((file) => {
    const subject = `secret ${file}`;
    const status = statSync(file, { throwIfNoEntry: false });
    if (!status) return ok(subject, 'is made when it is needed');
    const mode = (status.mode & 0o777).toString(8).padStart(3, '0');
    if ((status.mode & 0o077) !== 0 && process.platform !== 'win32')
      return fail(subject, `mode ${mode}: others may read it`, `chmod 600 ${file}`);
    try {
      if (file === key) findAuditKey(environment);
      return ok(subject, `mode ${mode}`);
    } catch (error) {
      return fail(subject, (error as Error).message, 'put back the file that was kept apart');
    }
  });
}

/** The age of the last checkpoint, where the command is told which file it is. */
export function checkpointFinding(file: string | undefined, now: Date): Finding {
  const subject = 'checkpoint';
  if (file === undefined) return ok(subject, 'not looked at: --checkpoint FILE tells its age');
  const remedy = 'look at what runs npm run audit:checkpoint each night (docs/operating.md)';
  const checkpoint = findCheckpointOrRefuse(file);
  if (checkpoint === undefined) return fail(subject, `${file} does not exist`, remedy);
  const hours = (now.getTime() - Date.parse(checkpoint.created_at)) / 3_600_000;
  const told = `${checkpoint.events} events, ${hours.toFixed(0)} hours old`;
  return hours > CHECKPOINT_AGE ? warn(subject, told, remedy) : ok(subject, told);
}
