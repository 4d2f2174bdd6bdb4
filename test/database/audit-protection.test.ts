import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { type Database, openDatabase } from '../../src/database/knex.ts';
import { migrateUp } from '../../src/database/migrate.ts';
import { InstallationError } from '../../src/database/schema.ts';
import { verifyTrail } from '../../src/repositories/audit-trail.ts';
import { appendEvents } from '../factories/trail.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { serverUrl } from '../tools/server.ts';

const REFUSED = { code: '42501' };

/** Every way of changing what the trail holds, on the whole and on one of its partitions. */
const changes = (partition: string, id: number): string[] =>
  ['audit_events', partition].flatMap((table) => [
    `UPDATE ${table} SET action = action`,
    `UPDATE ${table} SET hash = repeat('0', 64) WHERE id = ${id}`,
    `DELETE FROM ${table}`,
    `DELETE FROM ${table} WHERE id = ${id}`,
    `TRUNCATE ${table}`,
    `TRUNCATE ${table} CASCADE`,
  ]);

async function partitionOf(db: Database, id: number): Promise<string> {
  const row = await db('audit_events').first(db.raw('tableoid::regclass::text AS partition')).where({ id });
  return row.partition;
}

describe('for the owner of the schema, even a superuser', () => {
  let database: TestDatabase;
  before(async () => {
    database = await createTestDatabase({ template: 'empty' });
    await appendEvents(database.db, 5);
  });
  after(() => database.drop());

  test('an event is neither updated, nor deleted, nor truncated', async () => {
    for (const sql of changes(await partitionOf(database.db, 1), 1)) {
      await assert.rejects(database.db.raw(sql), REFUSED, sql);
    }
    assert.equal((await verifyTrail(database.db)).intact, true);
  });

  test('the same holds in the partition of a month that nobody had foreseen', async () => {
    const { db } = database;
    const event = { occurred_at: '2031-05-06T07:08:09Z', actor_kind: 'anonymous', action: 'sign_out' };
    const { rows } = await db.raw('SELECT audit_append(?::jsonb) AS id', [JSON.stringify([event])]);
    const { id } = rows[0];
    const partition = await partitionOf(db, id);
    assert.equal(partition, 'audit_events_2031_05');
    for (const sql of changes(partition, id)) await assert.rejects(db.raw(sql), REFUSED, sql);
  });
});

describe('for a portal whose role is not the owner', () => {
  const suffix = randomBytes(4).toString('hex');
  const roles = { owner: `owner_${suffix}`, portal: `portal ${suffix}` };
  const database = `roles_${suffix}`;
  let admin: Database;
  let portal: Database;
  let urlOf: (role: string) => string;

  before(async () => {
    const adminUrl = await serverUrl();
    admin = openDatabase(adminUrl, { kind: 'commands', connections: 1 });
    for (const role of Object.values(roles))
      await admin.raw(`CREATE ROLE ?? LOGIN PASSWORD '${suffix}'`, [role]);
    await admin.raw('CREATE DATABASE ?? OWNER ??', [database, roles.owner]);
    urlOf = (role) => {
      const url = new URL(adminUrl);
      Object.assign(url, { username: role, password: suffix, pathname: `/${database}` });
      return url.href;
    };
    await migrateUp(urlOf(roles.owner), urlOf(roles.portal));
    portal = openDatabase(urlOf(roles.portal), { kind: 'commands', connections: 2 });
    await appendEvents(portal, 5);
  });

  after(async () => {
    await portal.destroy();
    await admin.raw('DROP DATABASE ?? WITH (FORCE)', [database]);
    for (const role of Object.values(roles)) await admin.raw('DROP ROLE ??', [role]);
    await admin.destroy();
  });

  test('it appends through audit_append, reads and verifies', async () => {
    const verdict = await portal.transaction((trx) => verifyTrail(trx), { readOnly: true });
    assert.equal(verdict.intact && verdict.events, 5);
  });

  test('it has no other way to change the trail, nor to lift what protects it', async () => {
    const partition = await partitionOf(portal, 1);
    const attempts = [
      ...changes(partition, 1),
      'INSERT INTO audit_events SELECT * FROM audit_events',
      `INSERT INTO ${partition} SELECT * FROM audit_events`,
      'UPDATE audit_head SET last_id = 0',
      'DELETE FROM audit_head',
      'TRUNCATE audit_head',
      'ALTER TABLE audit_events DISABLE TRIGGER ALL',
      `ALTER TABLE ${partition} DISABLE TRIGGER ALL`,
      `ALTER TABLE audit_events DETACH PARTITION ${partition}`,
      `DROP TABLE ${partition}`,
      'DROP TABLE audit_events CASCADE',
      'DROP FUNCTION audit_append(jsonb)',
      `CREATE OR REPLACE FUNCTION audit_hash(event audit_events) RETURNS text LANGUAGE sql AS 'SELECT event.hash'`,
      'CREATE TRIGGER quiet BEFORE INSERT ON audit_events EXECUTE FUNCTION audit_refuse_change()',
      'SET session_replication_role = replica',
      `SET ROLE ${roles.owner}`,
      'UPDATE migrations SET name = name',
    ];
    for (const sql of attempts) await assert.rejects(portal.raw(sql), REFUSED, sql);
    assert.equal((await verifyTrail(portal)).intact, true);
  });

  test('it works on the other tables, and starts alone on a migrated database', async () => {
    await portal.raw(`INSERT INTO branches (name, label) VALUES ('Famille', 'Branche Famille')`);
    await portal.raw(`UPDATE branches SET label = 'Famille'`);
    await portal.raw('DELETE FROM branches');
    assert.deepEqual(await migrateUp(urlOf(roles.portal)), []);
  });

  test('a role with more rights than can be taken from it stops the start', async () => {
    await admin.raw('GRANT ?? TO ??', [roles.owner, roles.portal]);
    await assert.rejects(migrateUp(urlOf(roles.owner), urlOf(roles.portal)), InstallationError);
    await admin.raw('REVOKE ?? FROM ??', [roles.owner, roles.portal]);
    await admin.raw('ALTER DATABASE ?? OWNER TO ??', [database, roles.portal]);
    await assert.rejects(migrateUp(urlOf(roles.owner), urlOf(roles.portal)), /could change the audit trail/);
    await admin.raw('ALTER DATABASE ?? OWNER TO ??', [database, roles.owner]);
    assert.deepEqual(await migrateUp(urlOf(roles.owner), urlOf(roles.portal)), []);
  });
});
