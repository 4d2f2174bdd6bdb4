import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { readArguments } from '../src/cli/arguments.ts';

const root = join(import.meta.dirname, '..');
const TYPES = 'node_modules/typescript/bin/tsc';
const LINTER = 'node_modules/@biomejs/biome/bin/biome';

/** What is run, in this order, each by this Node.js. */
const STEPS: Readonly<Record<string, readonly string[]>> = {
  types: [TYPES, '-p', '.'],
  'types of the scripts of pages': [TYPES, '-p', 'public/js'],
  'lint and formatting': [LINTER, 'check', '--error-on-warnings', '.'],
  architecture: ['--test', 'test/architecture/*.test.ts'],
};

const { fix } = readArguments({
  name: 'npm run check',
  about: `What the house refuses: ${Object.keys(STEPS).join(', ')}. It stops at the first failure.`,
  options: { fix: { type: 'boolean', about: 'formats, and mends what the linter can, instead' } },
});

const steps = fix ? { 'lint and formatting': [LINTER, 'check', '--write', '.'] } : STEPS;
for (const [name, words] of Object.entries(steps)) {
  console.log(`${name}: ${words.join(' ')}`);
  const { status, error } = spawnSync(process.execPath, words, { cwd: root, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
