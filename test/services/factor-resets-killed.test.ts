import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { NATIONAL } from '../../src/domain/scope.ts';
import { verifyTrail } from '../../src/repositories/audit-trail.ts';
import { createFactors } from '../factories/factors.ts';
import { eventually } from '../tools/eventually.ts';
import { type PortalProcess, printed, spawnPortal } from '../tools/process.ts';
import { sample, tellCases } from '../tools/sample.ts';
import { createResetStage } from './factor-reset-stage.ts';

type ResetStage = Awaited<ReturnType<typeof createResetStage>>;
type Actor = ResetStage['ucanss'];

/** Somebody whose reset is acted upon by what runs in a process. */
interface Prepared {
  person: Pick<Actor, 'id'>;
  run: string[];
}

const HOUR = 3_600_000;
const ACT = 'test/services/factor-reset-act.ts';
const WORKER = 'src/cli/worker.ts';

/** What there is of the reset of somebody, read at one instant. `twice`: messages that were told more than once. */
const STANDING = `
  SELECT (SELECT array_agg(state ORDER BY id) FROM factor_resets WHERE account_id = a.id) AS states,
    (SELECT array_agg(action ORDER BY id) FROM audit_events
      WHERE subject_account_id = a.id AND action ~ '^(factor|session)') AS events,
    (SELECT count(*) FROM (SELECT id, account_id, ended_at FROM authenticators UNION ALL
      SELECT id, account_id, ended_at FROM passkeys UNION ALL
      SELECT id, account_id, ended_at FROM recovery_codes) f WHERE account_id = a.id AND ended_at IS NULL) AS factors,
    (SELECT count(*) FROM sessions WHERE account_id = a.id) AS sessions,
    (SELECT count(*) FROM tokens WHERE account_id = a.id AND used_at IS NOT NULL) AS links,
    (SELECT count(*) FROM graphile_worker.jobs j JOIN factor_resets r ON j.key = 'factor-reset-' || r.id
      WHERE r.account_id = a.id AND r.state = 'waiting') AS jobs,
    m.told, m.twice
  FROM accounts a, LATERAL (
    SELECT array_agg(DISTINCT what ORDER BY what) AS told, count(*) - count(DISTINCT what || recipient) AS twice
    FROM (SELECT template || coalesce(data ->> 'outcome', '') AS what, recipient FROM messages
      WHERE account_id = a.id OR data ->> 'person' = a.first_name || ' ' || a.last_name) AS each) AS m
  WHERE a.id = ?`;

describe('R89: a reset of a second factor whose process is killed at each of its statements', () => {
  let s: ResetStage;
  let data: string;
  const started: PortalProcess[] = [];
  before(async () => {
    s = await createResetStage();
    data = mkdtempSync(join(tmpdir(), 'portail-killed-'));
  });
  afterEach(async () => {
    for (const { child } of started.splice(0)) child.kill('SIGKILL');
  });
  after(async () => {
    await s.stage.drop();
    rmSync(data, { recursive: true, force: true });
  });

  const standing = async ({ id }: { id: number }) => (await s.db.raw(STANDING, [id])).rows[0];

  /** Processes have the clock of this machine. */
  const setClock = (hours = 0) => s.clock.set(new Date(Date.now() + hours * HOUR).toISOString());

  const ask = (id: number) => s.resets.ask(s.ucanss, NATIONAL, { accountId: id, reason: 'Téléphone perdu' });

  async function somebody({ trusted = false } = {}) {
    setClock();
    const { person, organism } = await s.person();
    if (trusted) await s.stage.appoint(organism, person);
    await s.stage.openSession(person);
    return person;
  }

  /** Every way to a reset and out of it, and what it comes to once it is done. */
  const WAYS: Readonly<Record<string, [last: string, prepare: () => Promise<Prepared>]>> = {
    'asked, for its instant': [
      'waiting',
      async () => {
        const person = await somebody({ trusted: true });
        return { person, run: [ACT, 'ask', String(s.ucanss.id), String(person.id)] };
      },
    ],
    'asked, and done at once': [
      'done',
      async () => {
        const person = await somebody();
        return { person, run: [ACT, 'ask', String(s.ucanss.id), String(person.id)] };
      },
    ],
    'in its job': [
      'done',
      async () => {
        const person = await somebody({ trusted: true });
        setClock(-25);
        await ask(person.id);
        setClock();
        const { id } = await s.resetOf(person);
        // Its job alone: messages are sent elsewhere.
        await s.db.raw(`DELETE FROM graphile_worker._private_jobs WHERE key IS DISTINCT FROM ?`, [
          `factor-reset-${id}`,
        ]);
        return { person, run: [WORKER] };
      },
    ],
    '« Ce n’est pas moi », while it waits': [
      'stopped',
      async () => {
        const person = await somebody({ trusted: true });
        await ask(person.id);
        return { person, run: [ACT, 'refuse', await s.link(person)] };
      },
    ],
    '« Ce n’est pas moi », once it is done': [
      'stopped',
      async () => {
        const person = await somebody();
        await ask(person.id);
        await createFactors(s.db, person);
        await s.stage.openSession(person);
        return { person, run: [ACT, 'refuse', await s.link(person)] };
      },
    ],
    'by the command, in the place of one that waits': [
      'done',
      async () => {
        setClock();
        const person = await s.stage.national();
        await createFactors(s.db, person);
        await ask(person.id);
        return { person, run: ['src/cli/factor-reset.ts', '--email', person.email] };
      },
    ],
  };

  function start([file = '', ...more]: string[], at = 0): PortalProcess {
    const flags = ['--disable-warning=ExperimentalWarning', '--import', './test/tools/dying.ts'];
    const environment = {
      ...{ DATABASE_URL: s.stage.url, DATA_DIR: data, LOG_LEVEL: 'silent', DIES_AT: String(at) },
      // A worker does other things first.
      DIES_FROM: file === WORKER ? 'factor_resets' : '',
    };
    const process = spawnPortal(environment, [globalThis.process.execPath, ...flags, file, ...more]);
    started.push(process);
    return process;
  }

  /** Runs to the end, a worker until nothing of the reset is left to do; says how many statements that took. */
  async function runWhole({ person, run }: Prepared): Promise<number> {
    const process = start(run);
    if (run[0] === WORKER) {
      await printed(process, 'Doing jobs');
      await eventually(async () => (await s.resetOf(person)).state === 'done');
      await eventually(
        async () => (await s.db('graphile_worker.jobs').whereLike('key', 'factor-reset-%')).length === 0,
      );
      process.child.kill('SIGTERM');
    }
    await process.ended;
    const { out, err } = process.output();
    const [, statements] = /statements: (\d+)/.exec(out) ?? [];
    assert.ok(statements, err);
    return Number(statements);
  }

  for (const [way, [last, prepare]] of Object.entries(WAYS)) {
    test(`${way}: done once or not at all, and the next run does what is left`, async (t) => {
      const whole = await prepare();
      const statements = await runWhole(whole);
      const done = await standing(whole.person);
      assert.equal(done.states.at(-1), last);
      const points = sample(
        Array.from({ length: statements }, (_, at) => at + 1),
        1,
        way,
      );
      for (const at of points) {
        const each = await prepare();
        const untouched = await standing(each.person);
        const { child, ended } = start(each.run, at);
        await ended;
        assert.equal(child.signalCode, 'SIGKILL', `it lived through statement ${at}`);
        const left = await standing(each.person);
        const isDone = left.states?.at(-1) === last;
        assert.deepEqual(left, isDone ? done : untouched, `killed at statement ${at} of ${statements}`);
        await runWhole(each);
        assert.deepEqual(await standing(each.person), done, `killed at statement ${at}, then done`);
      }
      tellCases(t, points.length);
    });
  }

  test('the trail is whole', async () => {
    assert.equal((await verifyTrail(s.db)).intact, true);
  });
});
