// Runs before every npm script, in whatever Node.js the machine has: plain JavaScript on purpose.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `Node.js 24 or newer is needed; this is ${process.version}.\n` +
      'On Linux, `npm ci` brings the right one (do not use --omit=optional). Elsewhere, install it from https://nodejs.org.',
  );
  process.exit(1);
}
