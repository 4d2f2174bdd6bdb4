import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { verifyTrail } from '../../src/repositories/audit-trail.ts';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createOrganism } from '../factories/organisms.ts';
import { createTestDatabase, type TestDatabase } from '../tools/database.ts';
import { bareEnvironment } from '../tools/process.ts';
import { howMany, tellCases } from '../tools/sample.ts';

/** Milliseconds of work before each kill, at most. */
const LONGEST = 400;
const root = join(import.meta.dirname, '../..');

let database: TestDatabase;
let child: ChildProcess | undefined;

before(async () => {
  database = await createTestDatabase({ template: 'reference' });
});
after(async () => {
  child?.kill('SIGKILL');
  await database.drop();
});

function start(...ids: number[]): ChildProcess {
  const script = ['--disable-warning=ExperimentalWarning', 'test/services/batches-loop.ts'];
  return spawn(process.execPath, [...script, ...ids.map(String)], {
    cwd: root,
    env: { ...bareEnvironment(), DATABASE_URL: database.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** What would be there of a batch that was half done, each by a query that finds nothing. */
const HALVES: Readonly<Record<string, string>> = {
  'a draft that left something': `
    SELECT id FROM batches WHERE state <> 'done' AND (
      EXISTS (SELECT 1 FROM batch_lines WHERE batch_id = batches.id)
      OR EXISTS (SELECT 1 FROM batch_effects WHERE batch_id = batches.id)
      OR EXISTS (SELECT 1 FROM messages WHERE batch_id = batches.id)
      OR EXISTS (SELECT 1 FROM audit_events WHERE batch_id = batches.id))`,
  'a line that is not counted': `
    SELECT id FROM batches WHERE state = 'done' AND kind <> 'undo'
      AND changed + requested + CASE kind WHEN 'nominations' THEN 0 ELSE skipped END <> (SELECT count(*) FROM batch_lines WHERE batch_id = batches.id)`,
  'an undone line that is not counted': `
    SELECT id FROM batches WHERE kind = 'undo' AND changed + requested + skipped
      <> (SELECT count(*) FROM batch_effects WHERE batch_id = batches.undoes AND undone IS NOT NULL)
        + (SELECT count(*) FROM audit_events WHERE batch_id = batches.id AND action = 'planned_act.cancelled')`,
  'a nomination that is not counted': `
    SELECT batches.id FROM batches JOIN nomination_imports AS file ON file.batch_id = batches.id
    WHERE NOT EXISTS (SELECT FROM batches AS undo WHERE undo.undoes = batches.id)
      AND changed <> (SELECT count(*) FROM nomination_lines WHERE import_id = file.id AND state = 'applied')`,
  'a nomination that changed nobody': `
    SELECT line.id FROM nomination_lines AS line JOIN nomination_imports AS file ON file.id = import_id
    WHERE line.state = 'applied' AND NOT EXISTS (
      SELECT FROM batch_effects AS effect WHERE effect.batch_id = file.batch_id AND effect.account_id = line.account_id)`,
  'an act to come that no line tells': `
    SELECT act.id FROM planned_acts AS act LEFT JOIN nomination_lines AS line ON line.id = (terms ->> 'lineId')::bigint
    WHERE act.kind = 'nomination' AND (act.state = 'planned') <> coalesce(line.state = 'planned', false)`,
  'a batch undone twice': `SELECT undoes FROM batches WHERE undoes IS NOT NULL GROUP BY undoes HAVING count(*) > 1`,
  'a right that the books do not tell': `
    SELECT account_id FROM (
      SELECT id AS account_id,
        (SELECT count(*) FROM assignments WHERE account_id = accounts.id AND role_kind = 'ordinary' AND ended_at IS NULL) AS held,
        (SELECT count(*) FILTER (WHERE action = 'assignment.granted') - count(*) FILTER (WHERE action = 'assignment.removed')
          FROM audit_events WHERE subject_account_id = accounts.id) AS told
      FROM accounts) AS book WHERE held <> told`,
  'an account that the books do not tell': `
    SELECT id FROM accounts WHERE active <> coalesce((SELECT action = 'account.reactivated' FROM audit_events
      WHERE subject_account_id = accounts.id AND action IN ('account.reactivated', 'account.deactivated')
      ORDER BY id DESC LIMIT 1), true)`,
  'an effect of a right that is not there': `
    SELECT batch_effects.id FROM batch_effects LEFT JOIN assignments ON assignments.id = assignment_id
    WHERE action IN ('assignment.granted', 'assignment.removed')
      AND (assignments.id IS NULL OR action = 'assignment.removed' AND ended_at IS NULL)`,
};

test('killed at any time during batches of every kind, each is done whole or not at all', async (t) => {
  const { db } = database;
  const organism = await createOrganism(db);
  const actor = await createAccount(db, { organism: organism.id });
  await grant(db, actor, 'administrateur-local', { organism: organism.code });
  const national = await createAccount(db, { organism: organism.id });
  await grant(db, national, 'administrateur-ucanss');
  for (let person = 0; person < 60; person++) await createAccount(db, { organism: organism.id });
  const kills = howMany(3, 100);
  for (let kill = 0; kill < kills; kill++) {
    child = start(actor.id, organism.id, national.id);
    assert.ok(child.stdout);
    await once(child.stdout, 'data');
    await pause(Math.random() * LONGEST);
    child.kill('SIGKILL');
    await once(child, 'exit');
    for (const [what, query] of Object.entries(HALVES)) {
      const { rows } = await db.raw(query);
      assert.deepEqual(rows, [], what);
    }
  }
  const { intact } = await verifyTrail(db);
  assert.equal(intact, true);
  const { count } = (await db('batches').count().where({ state: 'done' }).first()) as { count: number };
  assert.ok(count >= kills, `${count} batches were done`);
  tellCases(t, kills);
});
