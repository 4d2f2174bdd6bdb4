import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { secretFindings } from '../../src/cli/doctor-files.ts';
import { auditKey } from '../../src/config/audit-key.ts';
import { readEnvironment } from '../../src/config/environment.ts';
import { jobFindings } from '../../src/database/doctor/jobs.ts';
import { type Database, openDatabase } from '../../src/database/knex.ts';
import { migrateUp } from '../../src/database/migrate.ts';
import { signCheckpoint } from '../../src/security/checkpoint.ts';
import { contentsOf } from '../tools/contents.ts';
import { type Examined, examined } from '../tools/examined.ts';
import { spawnPortal } from '../tools/process.ts';
import { serverUrl } from '../tools/server.ts';

const suffix = randomBytes(4).toString('hex');
const roles = { owner: `owner_${suffix}`, portal: `portal_${suffix}` };
const names = [`doctor_${suffix}`, `bare_${suffix}`] as const;
let admin: Database;
/** The portal's database, as a superuser. */
let db: Database;
let folder: string;
let urlOf: (role: string, name?: string) => string;

/** Runs the command with the two roles of production, unless told otherwise. */
const examine = (environment: Record<string, string> = {}, ...options: string[]): Promise<Examined> =>
  examined(
    {
      ...{ DATABASE_URL: urlOf(roles.portal), DATABASE_OWNER_URL: urlOf(roles.owner), DATA_DIR: folder },
      ...{ SESSION_SECRET: 'un-secret-de-trente-deux-caracteres' },
      ...environment,
    },
    ...options,
  );

/** What is not well, as « subject: level … ». */
const unwell = ({ lines }: Examined) =>
  [...lines].filter(([, told]) => !told.startsWith('OK')).map(([subject, told]) => `${subject}: ${told}`);

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'portail-doctor-'));
  const adminUrl = await serverUrl();
  admin = openDatabase(adminUrl, { kind: 'commands', connections: 1 });
  for (const role of Object.values(roles))
    await admin.raw(`CREATE ROLE ?? LOGIN PASSWORD '${suffix}'`, [role]);
  for (const name of names) await admin.raw('CREATE DATABASE ?? OWNER ??', [name, roles.owner]);
  urlOf = (role, name = names[0]) =>
    Object.assign(new URL(adminUrl), { username: role, password: suffix, pathname: `/${name}` }).href;
  await migrateUp(urlOf(roles.owner), urlOf(roles.portal));
  db = openDatabase(Object.assign(new URL(adminUrl), { pathname: `/${names[0]}` }).href, {
    kind: 'commands',
  });
});

const undo: string[] = [];
afterEach(async () => {
  for (const sql of undo.splice(0)) await db.raw(sql);
});

after(async () => {
  await db.destroy();
  for (const name of names) await admin.raw('DROP DATABASE ?? WITH (FORCE)', [name]);
  for (const role of Object.values(roles)) await admin.raw('DROP ROLE ??', [role]);
  await admin.destroy();
  rmSync(folder, { recursive: true, force: true });
});

test('all is well, but that nobody does jobs: told so, exit 0, and nothing is changed', async () => {
  const before = await contentsOf(db);
  const seen = await examine();
  assert.deepEqual(unwell(seen), [
    'jobs: WARN no process does them: messages do not leave → start the portal, or npm run worker',
  ]);
  assert.equal(seen.code, 0, seen.err);
  for (const subject of [
    'server',
    'extensions',
    'collations',
    'indexes',
    'clock',
    'role',
    'addresses',
    'owner',
    'migrations',
  ])
    assert.match(seen.lines.get(subject) ?? '', /^OK /, subject);
  assert.deepEqual(await contentsOf(db), before);
  assert.ok(!existsSync(join(folder, 'postgresql')));
});

test('rights, indexes, months, messages, migrations and secrets that are wrong are each told', async () => {
  const next = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + 1));
  const month = next.toISOString().slice(0, 7);
  await db.raw('GRANT DELETE ON accounts TO ??', [roles.portal]);
  await db.raw('REVOKE SELECT ON organisms FROM ??', [roles.portal]);
  await db.raw(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'accounts_national'::regclass`);
  await db.raw('DROP TABLE ??', [`audit_events_${month.replace('-', '_')}`]);
  await db.raw('ALTER ROLE ?? CONNECTION LIMIT 20', [roles.portal]);
  await db.raw(`INSERT INTO messages (template, recipient, data, created_at)
    VALUES ('password-reset', 'a@exemple.fr', '{}', now() - interval '8 hours')`);
  await db.raw(`INSERT INTO migrations (name, batch) VALUES ('29991231_later.ts', 9)`);
  undo.push(
    `REVOKE DELETE ON accounts FROM ${roles.portal}`,
    `GRANT SELECT ON organisms TO ${roles.portal}`,
    `UPDATE pg_index SET indisvalid = true WHERE indexrelid = 'accounts_national'::regclass`,
    `ALTER ROLE ${roles.portal} CONNECTION LIMIT -1`,
    'DELETE FROM messages',
    `DELETE FROM migrations WHERE batch = 9`,
    `SELECT audit_ensure_partition('${month}-15')`,
  );
  const key = auditKey({ dataDirectory: folder });
  chmodSync(join(folder, 'audit-key.pem'), 0o644);
  const statement = { last_id: 0, last_hash: '0'.repeat(64), events: 0 };
  const old = signCheckpoint(
    { ...statement, created_at: new Date(Date.now() - 3 * 86_400_000).toISOString() },
    key,
  );
  writeFileSync(join(folder, 'old.json'), JSON.stringify(old));

  const seen = await examine({}, '--checkpoint', join(folder, 'old.json'));
  assert.equal(seen.code, 1);
  const expected: Record<string, RegExp> = {
    role: /^FAIL .*(DELETE on accounts|SELECT on organisms)/,
    indexes: /^FAIL .*accounts_national/,
    'months of the trail': new RegExp(`^WARN missing: ${month}`),
    connections: /^FAIL .*20 for the portal’s role/,
    messages: /^FAIL 1 wait, the oldest for 480 minutes/,
    migrations: /^WARN newer than this version: 29991231_later\.ts/,
    checkpoint: /^WARN 0 events, 72 hours old/,
    'secret /audit-key.pem': /^FAIL mode 644/,
  };
  for (const [subject, told] of Object.entries(expected))
    assert.match(seen.lines.get(subject) ?? 'not looked at', told, subject);
  chmodSync(join(folder, 'audit-key.pem'), 0o600);
});

test('a secret that the group, or anyone, may read, write or run is told; its owner alone is well', () => {
  const dataDirectory = join(folder, 'secrets');
  auditKey({ dataDirectory });
  writeFileSync(join(dataDirectory, 'session-secret'), 'x');
  const environment = { ...readEnvironment({ DATA_DIR: dataDirectory }), sessionSecret: null };
  for (const name of ['audit-key.pem', 'session-secret']) {
    const file = join(dataDirectory, name);
    for (const mode of [0o640, 0o620, 0o610, 0o604, 0o602, 0o601, 0o600, 0o400]) {
      chmodSync(file, mode);
      const found = secretFindings(environment, new Map()).find(
        ({ subject }) => subject === `secret ${file}`,
      );
      assert.equal(found?.level, (mode & 0o77) === 0 ? 'OK' : 'FAIL', `${name} ${mode.toString(8)}`);
    }
  }
});

test('a message waits since it was written, or sent again: more than 15 minutes is told, more than six hours fails', async () => {
  undo.push('DELETE FROM messages');
  for (const [written, again, level, told] of [
    [10, null, 'OK', '1 wait, the oldest for 10 minutes'],
    [16, null, 'WARN', '1 wait, the oldest for 16 minutes'],
    [355, null, 'WARN', '1 wait, the oldest for 355 minutes'],
    [365, null, 'FAIL', '1 wait, the oldest for 365 minutes'],
    [600, 10, 'OK', '1 wait, the oldest for 10 minutes'],
    [600, 16, 'WARN', '1 wait, the oldest for 16 minutes'],
  ] as const) {
    await db.raw('DELETE FROM messages');
    await db.raw(
      `INSERT INTO messages (template, recipient, data, created_at, resent_at) VALUES
         ('password-reset', 'a@exemple.fr', '{}', now() - ?::int * interval '1 minute', now() - ?::int * interval '1 minute')`,
      [written, again],
    );
    const found = (await jobFindings(db)).find(({ subject }) => subject === 'messages');
    assert.deepEqual([found?.level, found?.told], [level, told]);
  }
});

test('a month of the trail that was made since the last migration lacks nothing', async () => {
  await db.raw(`SELECT audit_ensure_partition('2024-09-15')`);
  undo.push('DROP TABLE audit_events_2024_09');
  assert.equal((await examine()).lines.get('role'), `OK ${roles.portal} can only add to the trail`);
});

test('a role that owns too little, or everything, is told', async () => {
  const swapped = await examine({ DATABASE_OWNER_URL: `${urlOf(roles.portal)}?application_name=x` });
  assert.match(swapped.lines.get('owner') ?? '', /^FAIL .* does not own the tables/);
  assert.equal(swapped.code, 1);
  const alone = await examine({ DATABASE_URL: urlOf(roles.owner), DATABASE_OWNER_URL: '' });
  assert.match(alone.lines.get('role') ?? '', /^WARN .* owns the trail/);
  assert.equal(alone.code, 0);
});

test('two addresses that lead to two databases are told', async () => {
  const seen = await examine({ DATABASE_OWNER_URL: urlOf(roles.owner, names[1]) });
  assert.match(seen.lines.get('addresses') ?? '', /^FAIL .* two different databases/);
  assert.equal(seen.code, 1);
});

test('a database that was never migrated, lacks a migration, or is not there: one FAIL, and nothing is changed', async () => {
  const bare = await examine({
    ...{ DATABASE_URL: urlOf(roles.portal, names[1]), DATABASE_OWNER_URL: urlOf(roles.owner, names[1]) },
  });
  assert.match(bare.lines.get('migrations') ?? '', /^FAIL none: the database was never migrated → /);
  assert.equal(bare.code, 1);
  await db.raw(`UPDATE migrations SET name = 'x' || name WHERE id = (SELECT max(id) FROM migrations)`);
  undo.push(`UPDATE migrations SET name = substr(name, 2) WHERE name LIKE 'x%'`);
  const behind = await examine();
  assert.match(behind.lines.get('migrations') ?? '', /^FAIL not run: /);
  // Tables that are not as this version knows them are not looked at.
  for (const { lines } of [bare, behind])
    for (const subject of ['role', 'jobs', 'owner']) assert.equal(lines.get(subject), undefined, subject);
  const away = await examine({
    DATABASE_URL: 'postgres://nobody:x@127.0.0.1:1/none',
    DATABASE_OWNER_URL: '',
  });
  assert.match(away.lines.get('database') ?? '', /^FAIL .*ECONNREFUSED/);
  assert.equal(away.code, 1);
  assert.equal(away.err, '');
  // What has no code is told in the words of the driver alone.
  const nameless = await examine({ DATABASE_URL: urlOf(roles.portal).replace(`:${suffix}@`, '@') });
  assert.match(
    nameless.lines.get('database') ?? '',
    /^FAIL SASL: .*password must be a string → is DATABASE_URL/,
  );
  const shut = await examine({ DATABASE_OWNER_URL: urlOf(roles.owner).replace(suffix, 'x'.repeat(8)) });
  assert.match(
    shut.lines.get('owner') ?? '',
    /^FAIL password authentication failed for user "owner_\w+" → is DATABASE_OWNER_URL right/,
  );
});

test('without DATABASE_URL an embedded database that was never made is not made; wrong settings are told', async () => {
  const none = await examine({ DATABASE_URL: '', DATABASE_OWNER_URL: '' });
  assert.match(none.lines.get('database') ?? '', /^FAIL there is none yet/);
  assert.equal(none.code, 1);
  assert.ok(!existsSync(join(folder, 'postgresql')));
  const wrong = await examine({ PORT: 'x' });
  assert.match(wrong.lines.get('settings') ?? '', /^FAIL PORT: must be a whole number/);
  assert.equal(wrong.code, 1);
  const unknown = spawnPortal({}, [process.execPath, join('src', 'cli', 'doctor.ts'), '--all']);
  assert.equal(await unknown.ended, 2);
});
