import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

// Before every npm script, in whatever Node.js the machine has: plain JavaScript on purpose. It then runs the file
// that it is given, if any, in the same process.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `Node.js 24 or newer is needed; this is ${process.version}.\n` +
      'On Linux, `npm ci` brings the right one (do not use --omit=optional). Elsewhere, install it from https://nodejs.org.',
  );
  process.exit(1);
}

const [, , file] = process.argv;
if (file !== undefined) {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', stopUnread);
  if (process.env.npm_lifecycle_event !== undefined) stopWithParent();
  process.argv.splice(1, 2, resolve(file));
  await import(pathToFileURL(process.argv[1]));
}

/** Who stops npm stops its shell, which passes no signal on: the portal would go on alone, and keep its port. */
function stopWithParent() {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 200);
  watch.unref();
}

/** Who reads what is printed has left, as `head` does: it ends as a signal ends it, in its own way, and nothing is said. */
function stopUnread(error) {
  if (error.code !== 'EPIPE') throw error;
  // Of a process that ends by the signal itself, shells say « Terminated »; 141 is what they know SIGPIPE by.
  if (process.listenerCount('SIGTERM') === 0) process.exit(141);
  process.kill(process.pid, 'SIGTERM');
}
