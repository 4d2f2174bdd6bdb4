import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { loadDemonstration } from '../../seeds/demonstration.ts';
import { loadReference } from '../../seeds/reference.ts';
import { type Database, openDatabase } from '../../src/database/knex.ts';
import { migrateUp } from '../../src/database/migrate.ts';
import { hashPassword } from '../../src/security/passwords.ts';
import { testClock } from './clock.ts';
import { serverUrl } from './server.ts';

export type Template = 'empty' | 'reference' | 'demonstration';

export interface TestDatabase {
  db: Database;
  url: string;
  /** Closes the pool and drops the database. */
  drop(): Promise<void>;
}

const root = join(import.meta.dirname, '../..');

// A template is made anew as soon as a migration or a seed changes.
function fingerprint(): string {
  const hash = createHash('sha256');
  for (const folder of ['migrations', 'seeds']) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) hash.update(readFileSync(join(entry.parentPath, entry.name)));
    }
  }
  return hash.digest('hex').slice(0, 12);
}

async function withAdmin<T>(adminUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

// Without limits on statements: on a slow machine a test takes longer, and does not fail for it. Portals have theirs.
const open = (url: string) => openDatabase(url, { kind: 'commands', connections: 20 });

// Each template is copied from the one before it.
const TEMPLATES: readonly Template[] = ['empty', 'reference', 'demonstration'];

async function fill(url: string, template: Template): Promise<void> {
  if (template === 'empty') {
    await migrateUp(url);
    return;
  }
  const db = open(url);
  try {
    if (template === 'reference') await loadReference(db, { clock: testClock });
    else await loadDemonstration(db, { clock: testClock, hashPassword });
  } finally {
    await db.destroy();
  }
}

// Several test files may want the same template at once: the first makes it, the others wait for the lock.
async function ensureTemplate(adminUrl: string, template: Template): Promise<string> {
  const name = `template_${template}_${fingerprint()}`;
  await withAdmin(adminUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [name]);
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (found.rowCount) return;
    const previous = TEMPLATES[TEMPLATES.indexOf(template) - 1];
    const source = previous === undefined ? 'template1' : await ensureTemplate(adminUrl, previous);
    const draft = `${name}_draft`;
    await client.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${draft} TEMPLATE ${source}`);
    await fill(urlOf(adminUrl, draft), template);
    await client.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
  });
  return name;
}

/** Makes every template, so that no test file waits for one. */
export async function prepareTemplates(): Promise<void> {
  for (const template of TEMPLATES) await ensureTemplate(await serverUrl(), template);
}

/** A database of its own for a test file, copied from a migrated template. */
export async function createTestDatabase({ template }: { template: Template }): Promise<TestDatabase> {
  // As files: a fifth of the work of a copy through the journal, and so for its end.
  return createDatabase(`TEMPLATE ${await ensureTemplate(await serverUrl(), template)} STRATEGY file_copy`);
}

/** A database that nothing was ever done in. */
export const createBareDatabase = (): Promise<TestDatabase> => createDatabase('TEMPLATE template0');

async function createDatabase(from: string): Promise<TestDatabase> {
  const adminUrl = await serverUrl();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await withAdmin(adminUrl, (client) => client.query(`CREATE DATABASE ${name} ${from}`));
  const url = urlOf(adminUrl, name);
  const db = open(url);
  return {
    db,
    url,
    async drop() {
      await db.destroy();
      await withAdmin(adminUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}
