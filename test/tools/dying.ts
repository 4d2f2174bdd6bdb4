import pg from 'pg';

// Preloaded (--import) into a process that is to die: once it has sent so many statements (DIES_AT), before any answer to the
// last one; the first is the one that has DIES_FROM in it. Whoever lives on tells how many there were.
const at = Number(process.env.DIES_AT);
const from = process.env.DIES_FROM ?? '';
let sent = 0;

const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;
function counted(this: pg.Client, ...args: unknown[]): unknown {
  const [statement] = args as [string | { text?: string }];
  const text = typeof statement === 'string' ? statement : (statement.text ?? '');
  if (sent > 0 || text.includes(from)) sent += 1;
  // Once the answer could be read it would be too late: what is due at once is done before.
  if (sent === at && at > 0) setImmediate(() => process.kill(process.pid, 'SIGKILL'));
  return query.apply(this, args);
}
pg.Client.prototype.query = counted as never;
process.on('exit', () => process.stdout.write(`statements: ${sent}\n`));
