import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { after, before, describe, test } from 'node:test';
import type { Database } from '../../src/database/knex.ts';
import { MIGRATIONS_TABLE } from '../../src/database/schema.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { backupService } from '../../src/services/backup.ts';
import { contentsOf, structureOf } from '../tools/contents.ts';
import { createBareDatabase, createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { eventually } from '../tools/eventually.ts';
import type { Outcome } from '../tools/process.ts';
import { type BackupStage, createBackupStage, leaveMessage, said } from './backup-stage.ts';
import { badBackups } from './bad-backups.ts';

/** What a backup does not hold. */
const LEFT_OUT = ['sessions', 'known_devices', 'tokens', 'kept_forms', 'rate_limits'];

/** The messages that a job is to send. */
async function messagesOfJobs(db: Database): Promise<number[]> {
  const { rows } = await db.raw(`SELECT (payload ->> 'messageId')::int AS id
    FROM graphile_worker._private_jobs AS jobs ORDER BY 1`);
  return rows.map(({ id }: { id: number }) => id);
}

let stage: BackupStage;
before(async () => {
  stage = await createBackupStage();
});
after(() => stage.drop());

test('a backup is one file, its owner’s alone, told with its digest and with what is not in it', async () => {
  const outcome = await stage.run('backup', stage.source, 'portal.backup');
  assert.equal(outcome.code, 0, outcome.stderr);
  const { mode, size } = statSync(stage.inFolder('portal.backup'));
  assert.equal(mode & 0o777, 0o600);
  assert.ok(size > 1_000);
  const sha256 = createHash('sha256')
    .update(readFileSync(stage.inFolder('portal.backup')))
    .digest('hex');
  assert.ok(outcome.stdout.endsWith(`SHA-256 ${sha256}\n`), outcome.stdout);
  for (const secret of ['audit-key.pem', 'SESSION_SECRET']) assert.ok(outcome.stdout.includes(secret));
  assert.match(outcome.stderr, /^ *\d+ % {2}audit_events$/m);
  assert.deepEqual(readdirSync(stage.folder).sort(), ['portal.backup', 'var']);
});

describe('restored into a database that nothing was done in', () => {
  let target: TestDatabase;
  let outcome: Outcome;
  before(async () => {
    target = await createBareDatabase();
    outcome = await stage.run('restore', target, 'portal.backup');
  });
  after(() => target.drop());

  test('every table is what it was, but for what opens doors', async () => {
    assert.equal(outcome.code, 0, outcome.stderr);
    const [was, is] = [await contentsOf(stage.source.db), await contentsOf(target.db)];
    assert.deepEqual(
      Object.keys(was).filter((table) => was[table] !== is[table]),
      ['known_devices'],
    );
    for (const table of LEFT_OUT) assert.match(is[table] ?? '', /^0 /, table);
    assert.ok(outcome.stdout.includes(`${was.accounts?.split(' ')[0]}  accounts\n`), outcome.stdout);
  });

  test('the trail is intact, and signed by the key of this portal', () => {
    assert.match(outcome.stdout, /^\d+ events, chain intact\n.* by the key of this portal, SHA256:\S+\n$/m);
    for (const secret of ['audit-key.pem', 'SESSION_SECRET']) assert.ok(outcome.stdout.includes(secret));
  });

  test('how far it is goes up from step to step, to 100 %', () => {
    const told = [...outcome.stderr.matchAll(/^ *(\d+) % {2}\w+$/gm)].map(([, percent]) => Number(percent));
    assert.deepEqual([told, told.at(-1)], [told.toSorted((one, other) => one - other), 100]);
  });

  test('constraints, indexes, triggers, sequences and batches of migrations are as they were', async () => {
    const partitions = (told: string[]) => told.filter((each) => !/audit_events_\d{4}_\d\d/.test(each));
    const [was, is] = [await structureOf(stage.source.db), await structureOf(target.db)];
    assert.deepEqual(partitions(is), partitions(was));
    assert.ok(is.length > 200);
    assert.deepEqual(
      is.filter((told) => told.endsWith('false') || / D$/.test(told)),
      [],
    );
    await assert.rejects(target.db('audit_events').delete(), { code: '42501' });
    await assert.rejects(target.db.raw('TRUNCATE audit_events'), { code: '42501' });
  });

  test('what triggers keep is what they would compute', async () => {
    const { rows } = await target.db.raw(`
      SELECT count(*)::int AS wrong FROM accounts a LEFT JOIN account_texts t ON t.account_id = a.id
      WHERE t.search_key IS DISTINCT FROM a.search_key OR a.role_ids <> coalesce((
        SELECT array_agg(DISTINCT role_id ORDER BY role_id) FROM assignments s
        WHERE s.account_id = a.id AND ended_at IS NULL), '{}')`);
    assert.equal(rows[0].wrong, 0);
  });

  test('messages that waited have a job each, and no other has one', async () => {
    const waiting = await target.db('messages').where({ status: 'queued' }).orderBy('id').pluck('id');
    assert.ok(waiting.length >= 2);
    assert.deepEqual(await messagesOfJobs(target.db), waiting);
    assert.match(outcome.stdout, new RegExp(`^${waiting.length} messages waited`, 'm'));
  });

  test('backed up again it gives the same tables, and goes on as before', async () => {
    const again = await stage.run('backup', target, 'again.backup');
    assert.equal(again.code, 0, again.stderr);
    await leaveMessage(target.db);
    assert.equal((await messagesOfJobs(target.db)).length, 3);
  });

  test('in use by now, it is not restored into; with --replace it is', async () => {
    const before = await contentsOf(target.db);
    const refused = await stage.run('restore', target, 'portal.backup');
    assert.equal(refused.code, 1);
    assert.match(
      said(refused),
      /^The database is in use: it holds \d+ accounts and a trail of \d+ events\. .*--replace\.\n$/,
    );
    assert.deepEqual(await contentsOf(target.db), before);
    const replaced = await stage.run('restore', target, 'portal.backup', '--replace');
    assert.equal(replaced.code, 0, replaced.stderr);
    const [was, is] = [await contentsOf(stage.source.db), await contentsOf(target.db)];
    assert.deepEqual(
      Object.keys(was).filter((table) => was[table] !== is[table]),
      ['known_devices'],
    );
    assert.equal((await messagesOfJobs(target.db)).length, 2);
  });
});

describe('what cannot be restored is told in one sentence, and nothing is written', () => {
  let target: TestDatabase;
  before(async () => {
    target = await createBareDatabase();
  });
  after(() => target.drop());

  const { reheaded, files } = badBackups(() => readFileSync(stage.inFolder('portal.backup')));
  for (const [what, [content, sentence]] of Object.entries(files)) {
    test(`a file ${what}`, async () => {
      writeFileSync(stage.inFolder('bad.backup'), content());
      const outcome = await stage.run('restore', target, 'bad.backup');
      assert.equal(outcome.code, 1, outcome.stdout);
      assert.match(said(outcome), /^bad\.backup .*Nothing was restored\.\n$/);
      assert.match(said(outcome), sentence);
      assert.deepEqual(await contentsOf(target.db), {});
    });
  }

  test('a file that is not there', async () => {
    const outcome = await stage.run('restore', target, 'absent.backup');
    assert.deepEqual([outcome.code, said(outcome)], [1, 'absent.backup does not exist.\n']);
  });

  test('another program’s tables', async () => {
    await target.db.raw('CREATE TABLE theirs ()');
    const outcome = await stage.run('restore', target, 'portal.backup', '--replace');
    assert.equal(outcome.code, 1);
    assert.match(said(outcome), /^The database holds tables that are not the portal's \(theirs\)/);
    await target.db.raw('DROP TABLE theirs');
    assert.deepEqual(await contentsOf(target.db), {});
  });

  test('what fails once it has begun, behind a right seal, undoes everything', async () => {
    const other = await createTestDatabase({ template: 'empty' });
    const header = reheaded((head) => head.replace('"partitions":["audit_events_', '"partitions":["'));
    writeFileSync(stage.inFolder('bad.backup'), header);
    const before = await contentsOf(other.db);
    const outcome = await stage.run('restore', other, 'bad.backup');
    assert.equal(outcome.code, 1);
    assert.match(said(outcome), /^[^\n]+\n$/);
    assert.deepEqual(await contentsOf(other.db), before);
    await other.drop();
  });
});

test('a database of a version before is restored, then brought up to date', async () => {
  const target = await createBareDatabase();
  const names: string[] = await stage.source.db(MIGRATIONS_TABLE).orderBy('name').pluck('name');
  const old = await createTestDatabase({ template: 'demonstration' });
  try {
    await old
      .db(MIGRATIONS_TABLE)
      .where({ name: names.at(-1) })
      .update({ batch: 99 });
    const { migrateDown } = await import('../../src/database/migrate.ts');
    await migrateDown({ ownerUrl: old.url });
    assert.equal((await stage.run('backup', old, 'old.backup')).code, 0);
    const outcome = await stage.run('restore', target, 'old.backup');
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.match(outcome.stdout, /^1 migrations have run since\.$/m);
    assert.deepEqual(await target.db(MIGRATIONS_TABLE).orderBy('name').pluck('name'), names);
    // The other way round: a schema that has more than the file.
    const newer = await stage.run('restore', stage.source, 'old.backup', '--replace');
    assert.match(said(newer), /^The schema of the database is newer than that of the backup/);
    assert.equal(newer.code, 1);
  } finally {
    await target.drop();
    await old.drop();
  }
});

describe('a backup that cannot be written is told in one sentence, and leaves nothing', () => {
  const refused: Record<string, readonly [string[], number, RegExp]> = {
    'into a folder that is not there': [
      ['none/portal.backup'],
      1,
      /cannot be written: its folder does not exist\.\n$/,
    ],
    'into what is no folder': [['portal.backup/x'], 1, /cannot be written: its folder is a file\.\n$/],
    'over a file': [['portal.backup'], 1, /exists already.*--force/],
    'over a folder': [['var', '--force'], 1, /is not a file/],
    'to nowhere': [[], 2, /^npm run backup needs a FILE\.\n\nUsage/],
    'to a name that is empty': [[''], 2, /^npm run backup needs a FILE\./],
    'under a name too long': [['x'.repeat(300)], 1, /cannot be written: its name is too long\.\n$/],
    'to two places': [['x.backup', 'y.backup'], 2, /^npm run backup takes one FILE, not 2\./],
    'with an unknown option': [['x.backup', '--all'], 2, /^Unknown option/],
  };
  for (const [where, [options, code, sentence]] of Object.entries(refused)) {
    test(where, async () => {
      const before = readdirSync(stage.folder);
      const outcome = await stage.run('backup', stage.source, ...options);
      assert.equal(outcome.code, code);
      assert.match(outcome.stderr, sentence);
      assert.equal(outcome.stdout, '');
      assert.deepEqual(readdirSync(stage.folder), before);
    });
  }

  test('a disk that is full in the middle of a table ends it, and leaves the connections as they were', async () => {
    const { db } = stage.source;
    let written = 0;
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const output = new Writable({
      write(chunk, _encoding, done) {
        written += chunk.length;
        done(written > 2_000 ? full : null);
      },
    });
    const { privateKey: key } = generateKeyPairSync('ed25519');
    const taking = backupService({ db, clock: systemClock });
    await assert.rejects(taking.take({ key, previous: null, output, onProgress() {} }), { code: 'ENOSPC' });
    assert.equal((await db('accounts').count())[0]?.count, (await db('account_texts').count())[0]?.count);
    await eventually(() => db.client.pool.numUsed() === 0);
  });

  test('--force replaces the file', async () => {
    writeFileSync(stage.inFolder('replaced.backup'), 'before');
    const outcome = await stage.run('backup', stage.source, 'replaced.backup', '--force');
    assert.equal(outcome.code, 0, outcome.stderr);
    assert.ok(statSync(stage.inFolder('replaced.backup')).size > 1_000);
  });
});

test('a broken trail is backed up as it is, unsigned, and told by both commands', async () => {
  const broken = await createTestDatabase({ template: 'demonstration' });
  const target = await createBareDatabase();
  try {
    await broken.db.transaction(async (trx) => {
      await trx.raw('SET LOCAL session_replication_role = replica');
      await trx('audit_events').where({ id: 5 }).update({ action: 'sign_out' });
    });
    const fault = 'event 5 was changed: its content does not give its hash';
    const backed = await stage.run('backup', broken, 'broken.backup');
    assert.deepEqual(
      [backed.code, said(backed)],
      [1, `The trail is broken, and was backed up as it is, unsigned: ${fault}\n`],
    );
    const restored = await stage.run('restore', target, 'broken.backup');
    assert.deepEqual(
      [restored.code, said(restored)],
      [1, `The trail was broken when it was backed up, and is as it was: ${fault}\n`],
    );
    assert.deepEqual(await contentsOf(target.db), await contentsOf(broken.db));
  } finally {
    await broken.drop();
    await target.drop();
  }
});
