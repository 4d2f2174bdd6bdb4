import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { loadDemonstration } from '../seeds/demonstration.ts';
import { populate } from '../seeds/population.ts';
import { loadReference } from '../seeds/reference.ts';
import { readArguments } from '../src/cli/arguments.ts';
import { startEmbeddedServer } from '../src/database/embedded-server.ts';
import { openDatabase } from '../src/database/knex.ts';
import { migrateUp } from '../src/database/migrate.ts';
import { systemClock } from '../src/domain/clock.ts';
import { demonstrationPassword } from '../src/presenters/demonstration.ts';
import { hashPassword } from '../src/services/passwords.ts';
import { benchAccountLists } from './account-lists.ts';
import { benchBulk } from './bulk.ts';
import { benchExports } from './exports.ts';
import { type BenchLine, printLines } from './line.ts';
import { benchLists } from './lists.ts';
import { benchPage } from './page.ts';
import { startBenchedPortal } from './portal.ts';
import { benchRequests } from './requests.ts';
import { benchStart } from './start.ts';

// `npm run bench -- --accounts 150000 --json FILE`: every figure beside its yardstick, in one run. The population is
// made once and kept in var/bench.
const { accounts: asked, json } = readArguments({
  accounts: { type: 'string', default: '150000' },
  json: { type: 'string' },
});
const accounts = Number(asked);
const folder = join(import.meta.dirname, '../var/bench', String(accounts));
mkdirSync(folder, { recursive: true });

const lines: BenchLine[] = await benchStart();
const server = await startEmbeddedServer({ dataDirectory: folder, logger: pino({ level: 'silent' }) });
const db = openDatabase(server.url, { statementTimeout: 0 });
try {
  await migrateUp(server.url);
  await loadReference(db, { clock: systemClock });
  await loadDemonstration(db, { clock: systemClock, hashPassword });
  const { count } = (await db('accounts').count().first()) as { count: number };
  if (count < accounts) await populate(db, { accounts });
  lines.push(...(await benchLists(db)), ...(await benchAccountLists(db)));
  lines.push(...(await benchRequests(db)), ...(await benchBulk(db)));
  const portal = await startBenchedPortal(server.url, folder);
  try {
    const local = await portal.signIn('wtestportail@test.fr', demonstrationPassword);
    const national = await portal.signIn('national@ucanss.fr', demonstrationPassword);
    lines.push(...(await benchPage(db, server.url, portal, local)));
    lines.push(...(await benchExports(db, portal, national, folder)));
  } finally {
    await portal.stop();
  }
} finally {
  await db.destroy();
  await server.stop();
}
printLines(lines);
if (json !== undefined) writeFileSync(json, `${JSON.stringify(lines, null, 2)}\n`);
