import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Debian's own interpreter: its packages python3-xlsxwriter and python3-reportlab are the yardsticks. */
const PYTHON = '/usr/bin/python3';

/**
 * Seconds that a yardstick says it spent; null where Python or its library is not installed.
 * @throws when the yardstick itself fails: a figure beside nothing must not pass for one without a yardstick.
 */
export async function python(script: string, args: readonly string[]): Promise<number | null> {
  try {
    const { stdout } = await execute(PYTHON, [join(import.meta.dirname, 'yardsticks', script), ...args]);
    return Number(stdout.trim());
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT' || stderr.includes('ModuleNotFoundError')) return null;
    throw error;
  }
}
