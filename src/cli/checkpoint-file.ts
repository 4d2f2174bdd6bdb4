import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { checkpointFile } from '../schemas/checkpoint.ts';
import type { Checkpoint } from '../security/checkpoint.ts';
import { refuse } from './arguments.ts';
import { codeOf, unreadable, unwritable } from './file-faults.ts';

/**
 * Reads a checkpoint, whose signature is still to be checked; undefined where there is no such file.
 * @throws Error in one sentence where it cannot be read, or is something else
 */
export function findCheckpoint(file: string): Checkpoint | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unreadable(file, error);
  }
  const parsed = checkpointFile.safeParse(asJson(text));
  if (parsed.success) return parsed.data;
  throw new Error(`${file} is not a checkpoint of the trail.`);
}

/** The same; what cannot be read stops the command. */
export function findCheckpointOrRefuse(file: string): Checkpoint | undefined {
  try {
    return findCheckpoint(file);
  } catch (error) {
    return refuse((error as Error).message);
  }
}

/**
 * Writes a checkpoint aside and then in its place, so that an interrupted command leaves the former one.
 * @throws Error in one sentence
 */
export function writeCheckpoint(file: string, checkpoint: Checkpoint): void {
  const draft = `${file}.new`;
  try {
    writeFileSync(draft, `${JSON.stringify(checkpoint, null, 2)}\n`);
    renameSync(draft, file);
  } catch (error) {
    throw unwritable(file, error);
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
