import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { root } from './sources.ts';

export interface PortalProcess {
  child: ChildProcess;
  /** What it printed so far. */
  output(): { out: string; err: string };
  /** Its exit code, once it has ended. */
  ended: Promise<number | null>;
}

/** What a process gets of this one's variables: none of those that the portal reads. */
export const bareEnvironment = () => ({
  PATH: process.env.PATH,
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
});

/** Starts src/server.ts, or what is named, with these variables and none of this process's settings. */
export function spawnPortal(
  environment: Record<string, string>,
  [command, ...args]: [string, ...string[]] = [process.execPath, join('src', 'server.ts')],
): PortalProcess {
  const child = spawn(command, args, { cwd: root, env: { ...bareEnvironment(), ...environment } });
  const output = { out: '', err: '' };
  child.stdout.on('data', (text) => {
    output.out += text;
  });
  child.stderr.on('data', (text) => {
    output.err += text;
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, output: () => output, ended };
}

/** Waits until the process has printed the text. */
export async function printed({ child, output, ended }: PortalProcess, text: string): Promise<void> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!output().out.includes(text)) {
    if (over) throw new Error(`the portal ended: ${output().out}${output().err}`);
    await Promise.race([once(child.stdout ?? child, 'data'), ended]);
  }
}

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a file of src/cli to its end, in this folder, with these variables and none of this process's settings. */
export function runCommand(
  file: string,
  options: readonly string[],
  { cwd, variables }: { cwd: string; variables: Record<string, string> },
): Promise<Outcome> {
  const env = { ...bareEnvironment(), ...variables };
  const args = ['--disable-warning=ExperimentalWarning', join(root, 'src/cli', file), ...options];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env, cwd }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}
