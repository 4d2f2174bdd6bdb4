import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { type Database, openDatabase } from '../../src/database/knex.ts';
import { migrateUp } from '../../src/database/migrate.ts';
import { ownsTrail } from '../../src/database/portal-rights.ts';
import { InstallationError, MIGRATIONS_FOLDER, MIGRATIONS_TABLE } from '../../src/database/schema.ts';
import { recordEvents } from '../../src/database/transaction.ts';
import { ANONYMOUS } from '../../src/domain/audit-event.ts';
import { systemClock } from '../../src/domain/clock.ts';
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
    const context = { db: portal, clock: systemClock, actor: ANONYMOUS };
    for (let count = 0; count < 5; count += 1)
      await recordEvents(context, { action: 'request.confirmed', details: {} });
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
    assert.equal(await ownsTrail(portal), false);
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

  test('it adds what happens now, and neither the past nor the future', async () => {
    const event = (instant: string) =>
      JSON.stringify([{ occurred_at: instant, actor_kind: 'anonymous', action: 'x' }]);
    const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
    const append = (instant: string, way = 'audit_append(?::jsonb)') =>
      portal.raw(`SELECT ${way}`, [event(instant)]);
    const { last_id: before } = await portal('audit_head').first();
    for (const minutes of [-9, 0, 9]) await append(inMinutes(minutes));
    for (const instant of [inMinutes(-11), inMinutes(11), '2024-01-01T00:00:00Z', 'infinity', '-infinity']) {
      await assert.rejects(append(instant), {
        code: '42501',
        message: /more than ten minutes from the server's clock/,
      });
      await assert.rejects(append(instant, 'audit_append_as(?::jsonb, NULL)'), REFUSED);
      await assert.rejects(append(instant, 'audit_append_at(?::jsonb)'), REFUSED);
    }
    // One among many is enough; nothing of the others stays.
    const mixed = JSON.stringify([0, -60].map((minutes) => JSON.parse(event(inMinutes(minutes)))[0]));
    await assert.rejects(portal.raw('SELECT audit_append(?::jsonb)', [mixed]), REFUSED);
    await assert.rejects(append(inMinutes(0), 'audit_append_at(?::jsonb)'), REFUSED, 'not even now');
    assert.equal((await portal('audit_head').first()).last_id, before + 3);
    assert.equal((await verifyTrail(portal)).intact, true);
  });

  test('the owner adds the past too, by either function', async () => {
    const owner = openDatabase(urlOf(roles.owner), { kind: 'commands', connections: 1 });
    try {
      const past = JSON.stringify([{ occurred_at: '2024-05-06', actor_kind: 'anonymous', action: 'x' }]);
      for (const way of ['audit_append', 'audit_append_at'])
        await owner.raw(`SELECT ${way}(?::jsonb)`, [past]);
    } finally {
      await owner.destroy();
    }
  });

  test('nobody but it and the owner may add, or make partitions', async () => {
    const { rows } = await admin.raw(`SELECT current_setting('server_version_num')::integer AS version`);
    assert.ok(rows[0].version >= 150_000);
    const functions = [
      'audit_append(jsonb)',
      'audit_append_at(jsonb)',
      'audit_ensure_partition(timestamptz)',
    ];
    const stranger = `stranger_${suffix}`;
    await admin.raw('CREATE ROLE ??', [stranger]);
    try {
      const may = async (role: string) => {
        const found = await portal.raw(
          'SELECT array_agg(has_function_privilege(?, name, ?) ORDER BY position) AS may FROM unnest(?::text[]) WITH ORDINALITY AS f (name, position)',
          [role, 'EXECUTE', functions],
        );
        return found.rows[0].may;
      };
      assert.deepEqual(await may(stranger), [false, false, false]);
      assert.deepEqual(await may(roles.portal), [true, false, true]);
      assert.deepEqual(await may(roles.owner), [true, true, true]);
    } finally {
      await admin.raw('DROP ROLE ??', [stranger]);
    }
  });

  test('a portal of the version before goes on while the migration runs: it has the function at once', async () => {
    const owner = openDatabase(urlOf(roles.owner), { kind: 'commands', connections: 2 });
    const name = '20261129230100_instants_of_the_trail.ts';
    const migrations = { directory: MIGRATIONS_FOLDER, tableName: MIGRATIONS_TABLE, loadExtensions: ['.ts'] };
    const context = { db: portal, clock: systemClock, actor: ANONYMOUS };
    try {
      await owner.migrate.down({ ...migrations, name });
      await owner.raw(
        'REVOKE ALL ON FUNCTION audit_append(jsonb), audit_ensure_partition(timestamptz) FROM ??',
        [roles.portal],
      );
      await recordEvents(context, { action: 'request.confirmed', details: {} });
      await owner.migrate.up({ ...migrations, name });
      await recordEvents(context, { action: 'request.confirmed', details: {} });
    } finally {
      await owner.destroy();
    }
  });

  test('it works on the other tables, and starts alone on a migrated database', async () => {
    await portal.raw(`INSERT INTO branches (name, label) VALUES ('Famille', 'Branche Famille')`);
    await portal.raw(`UPDATE branches SET label = 'Famille'`);
    assert.deepEqual(await migrateUp(urlOf(roles.portal)), []);
  });

  test('it deletes where the portal does, and nowhere else', async () => {
    const { rows } = await portal.raw(`
      SELECT array_agg(relname::text ORDER BY relname) AS tables FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND has_table_privilege(current_user, oid, 'DELETE')`);
    assert.deepEqual(rows[0].tables, [
      ...[
        'authenticators',
        'batch_announcements',
        'email_changes',
        'form_keys',
        'kept_forms',
        'known_devices',
        'messages',
        'migrations_lock',
        'nomination_lines',
        'passkeys',
        'rate_limits',
        'recovery_codes',
        'refusal_reasons',
      ],
      ...['requests', 'sessions', 'tokens', 'used_challenges'],
    ]);
    for (const table of ['branches', 'accounts', 'assignments', 'credentials', 'batches', 'batch_lines'])
      await assert.rejects(portal.raw(`DELETE FROM ${table}`), REFUSED, table);
    // A version before had given it everywhere.
    const owner = openDatabase(urlOf(roles.owner), { kind: 'commands', connections: 1 });
    await owner.raw('GRANT DELETE ON accounts TO ??', [roles.portal]);
    await owner.destroy();
    await migrateUp(urlOf(roles.owner), urlOf(roles.portal));
    await assert.rejects(portal.raw('DELETE FROM accounts'), REFUSED);
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
