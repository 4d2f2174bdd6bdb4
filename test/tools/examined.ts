import assert from 'node:assert/strict';
import { join } from 'node:path';
import { spawnPortal } from './process.ts';

/** What `npm run doctor` said, and how it ended. */
export interface Examined {
  code: number | null;
  /** What was said of each subject, with its level; the folder of the data left out of the subjects. */
  lines: Map<string, string>;
  err: string;
}

/** Runs `npm run doctor` with these variables; each line has a level, and what to do where it is not OK. */
export async function examined(environment: Record<string, string>, ...options: string[]): Promise<Examined> {
  const run = spawnPortal(environment, [process.execPath, join('src', 'cli', 'doctor.ts'), ...options]);
  const code = await run.ended;
  const { out, err } = run.output();
  const told = out
    .split('\n')
    .filter((line) => line !== '')
    .map((line): [string, string] => {
      const [, level = '', subject = '', rest = ''] = /^(OK|WARN|FAIL) +([^:]+): (.*)$/.exec(line) ?? [];
      assert.ok(level !== 'OK' || !rest.includes(' → '), line);
      assert.ok(level === 'OK' || rest.includes(' → '), `it says what to do: ${line}`);
      return [subject.replace(environment.DATA_DIR ?? '', ''), `${level} ${rest}`];
    });
  return { code, lines: new Map(told), err };
}
