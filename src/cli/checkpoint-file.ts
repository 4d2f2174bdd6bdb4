import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { checkpointFile } from '../schemas/checkpoint.ts';
import type { Checkpoint } from '../security/checkpoint.ts';
import { refuse } from './arguments.ts';

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

/**
 * Reads a checkpoint, whose signature is still to be checked; undefined where there is no such file. A file that is
 * something else stops the command.
 */
export function findCheckpointOrRefuse(file: string): Checkpoint | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? undefined : refuse(`${file} cannot be read (${codeOf(error)}).`);
  }
  const parsed = checkpointFile.safeParse(asJson(text));
  return parsed.success ? parsed.data : refuse(`${file} is not a checkpoint of the trail.`);
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
    throw new Error(`${file} cannot be written (${codeOf(error)}).`);
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
