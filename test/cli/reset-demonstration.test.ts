import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import type { EmbeddedServer } from '../../src/database/embedded/server.ts';
import { createWorkbench, query } from '../database/embedded-workbench.ts';
import { runCommand } from '../tools/process.ts';

describe('npm run demo:reset', () => {
  const bench = createWorkbench();
  const DATA_DIR = join(bench.base, 'demonstration');
  let server: EmbeddedServer;
  before(async () => {
    server = await bench.start('demonstration');
  });
  after(async () => {
    await server?.stop();
    bench.clear();
  });

  const reset = (variables: Record<string, string> = {}) =>
    runCommand('reset-demonstration.ts', [], { cwd: bench.base, variables: { DATA_DIR, ...variables } });
  const said = /^The demonstration is as on its first day: (\d+) accounts\.\n$/;
  const accounts = async () =>
    (await query(server.url, 'SELECT id, email FROM accounts ORDER BY id')) as object[];

  test('an empty database, then one that was used, is as on the first day; captured messages are gone', async () => {
    const first = await reset();
    assert.equal(first.code, 0, first.stderr);
    const before = await accounts();
    assert.equal(said.exec(first.stdout)?.[1], String(before.length));
    await query(
      server.url,
      `UPDATE accounts SET email = 'autre@test.fr' WHERE id = (SELECT min(id) FROM accounts)`,
    );
    mkdirSync(join(DATA_DIR, 'mail'), { recursive: true });
    for (const name of ['un.eml', 'note.txt']) writeFileSync(join(DATA_DIR, 'mail', name), '');
    const again = await reset();
    assert.deepEqual([again.code, again.stdout], [0, first.stdout], again.stderr);
    assert.deepEqual(await accounts(), before);
    assert.equal(existsSync(join(DATA_DIR, 'mail', 'un.eml')), false);
    assert.equal(existsSync(join(DATA_DIR, 'mail', 'note.txt')), true);
  });

  test('while somebody uses it, or where DATABASE_URL names another, nothing is reset', async () => {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    try {
      await client.query('CREATE TABLE kept ()');
      const used = await reset();
      assert.deepEqual(
        [used.code, used.stderr],
        [2, 'Something still uses this database: stop the portal first.\n'],
      );
    } finally {
      await client.end();
    }
    const elsewhere = await reset({ DATABASE_URL: server.url });
    assert.equal(elsewhere.code, 2);
    assert.match(
      elsewhere.stderr,
      /^The demonstration is in the embedded database: DATABASE_URL names another/,
    );
    assert.deepEqual(await query(server.url, 'SELECT FROM kept'), []);
  });
});
