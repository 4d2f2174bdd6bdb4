import { readdirSync, type Stats, statSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { type Finding, fail, ok, warn } from '../database/doctor/finding.ts';
import { HOUR } from '../domain/duration.ts';
import type { Checkpoint } from '../security/checkpoint.ts';
import { megabytes } from './backup-file.ts';
import { findCheckpoint } from './checkpoint-file.ts';
import { codeOf } from './file-faults.ts';

/** Hours: one a day, and some to spare. */
const CHECKPOINT_AGE = 26;
const BACKUP_AGE = 36;

const NIGHT = '(docs/operating.md)';

/** What each night makes, where the command is told which files they are: how old the last one is. */
export function keptFindings(
  { checkpoint, backup }: { checkpoint: string | undefined; backup: string | undefined },
  now: Date,
): Finding[] {
  return [checkpointFinding(checkpoint, now), backupFinding(backup, now)];
}

const hoursSince = (instant: number, now: Date): number => (now.getTime() - instant) / HOUR;

function checkpointFinding(file: string | undefined, now: Date): Finding {
  const subject = 'checkpoint';
  if (file === undefined) return ok(subject, 'not looked at: --checkpoint FILE tells its age');
  const remedy = `look at what runs npm run audit:checkpoint each night ${NIGHT}`;
  let checkpoint: Checkpoint | undefined;
  try {
    checkpoint = findCheckpoint(file);
  } catch (error) {
    return fail(subject, (error as Error).message.replace(/\.$/, ''), 'name the file of the checkpoint');
  }
  if (checkpoint === undefined) return fail(subject, `${file} does not exist`, remedy);
  const hours = hoursSince(Date.parse(checkpoint.created_at), now);
  const told = `${checkpoint.events} events, ${hours.toFixed(0)} hours old`;
  return hours > CHECKPOINT_AGE ? warn(subject, told, remedy) : ok(subject, told);
}

/** By the time of the file; in a folder, of the newest that the night made. */
function backupFinding(place: string | undefined, now: Date): Finding {
  const subject = 'backup';
  if (place === undefined) return ok(subject, 'not looked at: --backup FILE_OR_FOLDER tells its age');
  const remedy = `look at what runs npm run backup each night ${NIGHT}`;
  let newest: { file: string; status: Stats } | undefined;
  try {
    [newest] = filesAt(place).toSorted((one, other) => other.status.mtimeMs - one.status.mtimeMs);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return warn(subject, `${place} does not exist`, remedy);
    return fail(subject, `${place} cannot be looked at (${code})`, 'run it as who may read it');
  }
  if (!newest) return warn(subject, `${place} holds no portail-*.backup`, remedy);
  const { file, status } = newest;
  if (status.size === 0) return fail(subject, `${file} is empty`, remedy);
  const hours = hoursSince(status.mtimeMs, now);
  const told = `${file}, ${megabytes(status.size)}, ${hours.toFixed(0)} hours old`;
  return hours > BACKUP_AGE ? warn(subject, told, remedy) : ok(subject, told);
}

function filesAt(place: string): { file: string; status: Stats }[] {
  const status = statSync(place);
  if (!status.isDirectory()) return [{ file: place, status }];
  return readdirSync(place)
    .filter((name) => matchesGlob(name, 'portail-*.backup'))
    .map((name) => join(place, name))
    .map((file) => ({ file, status: statSync(file) }));
}
