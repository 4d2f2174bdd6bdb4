import { spawn } from 'node:child_process';
import { readArguments } from '../src/cli/arguments.ts';

// Node.js watches in a process of its own, which runs nothing of ours: this one passes on to it what stops it, and ends
// once the portal has.
readArguments({
  name: 'npm run dev',
  about:
    'Starts the portal, and anew at each change of src, views or public. Its settings are those of npm start.',
});
const watched = ['src', 'views', 'public'].map((folder) => `--watch-path=${folder}`);
const portal = ['scripts/require-node.mjs', 'src/server.ts'];
const child = spawn(process.execPath, ['--watch', '--watch-preserve-output', ...watched, ...portal], {
  stdio: 'inherit',
});
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => void child.kill('SIGTERM'));
}
child.on('exit', (code) => process.exit(code ?? 1));
