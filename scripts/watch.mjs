import { spawn } from 'node:child_process';

// `npm run dev`: the portal, and anew at each change of its files. Node.js watches in a process of its own, which runs
// nothing of ours: this one passes on to it what stops it, and ends once the portal has.
const [, , stray] = process.argv;
if (stray !== undefined) {
  console.error(`Unexpected argument '${stray}'. This command takes none.`);
  process.exit(2);
}
const watched = ['src', 'views', 'public'].map((folder) => `--watch-path=${folder}`);
const portal = ['scripts/require-node.mjs', 'src/server.ts'];
const child = spawn(process.execPath, ['--watch', '--watch-preserve-output', ...watched, ...portal], {
  stdio: 'inherit',
});
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) process.on(signal, () => child.kill('SIGTERM'));
child.on('exit', (code) => process.exit(code ?? 1));
