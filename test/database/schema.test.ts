import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createLogger } from '../../src/config/logger.ts';
import { explainFailure } from '../../src/database/failure.ts';
import { type Database, openDatabase } from '../../src/database/knex.ts';
import { isMigrated, migrateDown, migrateUp } from '../../src/database/migrate.ts';
import { InstallationError, schemaState, tellNewerSchema } from '../../src/database/schema.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { serverUrl } from '../tools/server.ts';

const NEWER = '20991231235959_what_this_version_does_not_know.ts';

describe('a schema that another version has made', () => {
  let database: TestDatabase;
  let db: Database;
  before(async () => {
    database = await createTestDatabase({ template: 'empty' });
    db = database.db;
  });
  after(() => database.drop());
  beforeEach(() => db('migrations').where({ name: NEWER }).delete());

  const addNewer = (batch = 2) => db('migrations').insert({ name: NEWER, batch, migration_time: new Date() });

  async function told(): Promise<string[]> {
    const lines: string[] = [];
    await tellNewerSchema(db, createLogger('info', { write: (line) => void lines.push(line) }));
    return lines;
  }

  test('ours is complete, and nothing is said', async () => {
    assert.deepEqual(await schemaState(db), { missing: [], unknown: [] });
    assert.deepEqual([await isMigrated(db), await told()], [true, []]);
  });

  test('newer: it serves this version, nothing is run, and one line says so', async () => {
    await addNewer();
    assert.deepEqual(await migrateUp(database.url), []);
    assert.equal(await isMigrated(db), true);
    const [line, ...others] = await told();
    assert.deepEqual(others, []);
    const { level, migrations, msg } = JSON.parse(line ?? '');
    assert.deepEqual([level, migrations], [40, [NEWER]]);
    assert.match(msg, /schema is newer/);
  });

  test('newer: what the last version did is not undone by this one, in one sentence', async () => {
    await addNewer();
    await assert.rejects(migrateDown({ ownerUrl: database.url }), (error) => {
      assert.ok(error instanceof InstallationError);
      assert.match(explainFailure(error) ?? '', new RegExp(`^[^\n]*${NEWER}[^\n]*$`));
      return true;
    });
  });

  test('a migration of ours is missing: not ready, whatever else has run', async () => {
    const last = await db('migrations').orderBy('id', 'desc').first();
    await db('migrations').where({ id: last.id }).delete();
    assert.equal(await isMigrated(db), false);
    await addNewer();
    assert.equal(await isMigrated(db), false);
    assert.deepEqual((await schemaState(db)).missing, [last.name]);
    await db('migrations').insert(last);
  });

  test('rolled back, then changed by a branch of its own: ours are run all the same', async () => {
    assert.ok((await migrateDown({ ownerUrl: database.url })).length > 0);
    assert.equal(await isMigrated(db), false);
    await addNewer(1);
    assert.ok((await migrateUp(database.url)).length > 0);
    assert.equal(await isMigrated(db), true);
  });

  test('a process that died while it migrated stops no other', async () => {
    await db('migrations_lock').update({ is_locked: 1 });
    assert.deepEqual(await migrateUp(database.url), []);
    assert.equal(await isMigrated(db), true);
  });
});

describe('roles and the schema', () => {
  const suffix = randomBytes(4).toString('hex');
  const roles = { owner: `schema_owner_${suffix}`, portal: `schema_portal_${suffix}` };
  const name = `schema_${suffix}`;
  let admin: Database;
  let urlOf: (role: string) => string;

  before(async () => {
    const adminUrl = await serverUrl();
    admin = openDatabase(adminUrl, { connections: 1 });
    for (const role of Object.values(roles))
      await admin.raw(`CREATE ROLE ?? LOGIN PASSWORD '${suffix}'`, [role]);
    await admin.raw('CREATE DATABASE ?? OWNER ??', [name, roles.owner]);
    urlOf = (username) =>
      Object.assign(new URL(adminUrl), { username, password: suffix, pathname: `/${name}` }).href;
  });
  after(async () => {
    await admin.raw('DROP DATABASE IF EXISTS ?? WITH (FORCE)', [name]);
    for (const role of Object.values(roles)) await admin.raw('DROP ROLE ??', [role]);
    await admin.destroy();
  });

  async function refusal(...urls: [string, string?]): Promise<string> {
    const error = await migrateUp(...urls).then(
      () => assert.fail('it was migrated'),
      (failure: unknown) => failure,
    );
    assert.ok(error instanceof InstallationError);
    assert.doesNotMatch(error.message, /\n|create (table|extension)/i);
    return error.message;
  }

  test('a role that may not create says which variable to set, and what to run', async () => {
    assert.match(
      await refusal(urlOf(roles.portal)),
      new RegExp(
        `^DATABASE_URL: its role ${roles.portal} may not .* \\(permission denied for schema public\\).*DATABASE_OWNER_URL.*db:migrate`,
      ),
    );
    assert.match(
      await refusal(urlOf(roles.portal), urlOf(roles.owner)),
      new RegExp(`^DATABASE_OWNER_URL: its role ${roles.portal} may not .* it must own the database`),
    );
  });

  test('on a newer schema the rights stay those that its version gave', async () => {
    await migrateUp(urlOf(roles.owner), urlOf(roles.portal));
    const owner = openDatabase(urlOf(roles.owner), { connections: 1 });
    await owner('migrations').insert({ name: NEWER, batch: 2, migration_time: new Date() });
    await owner.raw('REVOKE DELETE ON branches FROM ??', [roles.portal]);
    assert.deepEqual(await migrateUp(urlOf(roles.owner), urlOf(roles.portal)), []);
    assert.deepEqual(await migrateUp(urlOf(roles.portal)), []);
    await owner.destroy();
    const portal = openDatabase(urlOf(roles.portal), { connections: 1 });
    assert.equal(await isMigrated(portal), true);
    await assert.rejects(portal('branches').delete(), { code: '42501' });
    await portal.destroy();
  });
});
