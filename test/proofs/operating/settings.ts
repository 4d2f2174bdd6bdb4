import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What systemd makes of an EnvironmentFile (systemd.exec): comments, quotes that are closed, no expansion. */
export function readAsSystemd(file: string): Record<string, string> {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^[#;]/.test(line));
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
      if (name === '') throw new Error(`${file}: systemd does not read « ${line} »`);
      const [, single, double] = /^(?:'([^'\\]*)'|"([^"\\]*)")$/.exec(value) ?? [];
      const plain = single ?? double;
      // Where a quote stands within the value, or is not closed, the two readers part.
      if (plain === undefined && /['"\\]/.test(value))
        throw new Error(`${file}: ${name} is not quoted as a whole`);
      return [name, plain ?? value];
    }),
  );
}

/** What `set -a; . FILE; set +a` leaves in the environment, and nothing that was there before. */
export function readAsShell(file: string): Record<string, string> {
  const { status, stdout, stderr } = spawnSync('sh', ['-ec', 'set -a; . "$0"; set +a; env -0', file], {
    ...{ env: { PATH: process.env.PATH }, encoding: 'utf8' },
  });
  if (status !== 0 || stderr !== '') throw new Error(`${file}: sh says ${stderr}`);
  const pairs = stdout.split('\0').filter((pair) => pair.includes('='));
  const all = pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
  return Object.fromEntries(
    all.filter(([name = '']) => !['PATH', 'PWD', 'SHLVL', '_', 'OLDPWD'].includes(name)),
  );
}
