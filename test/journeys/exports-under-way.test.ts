import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, afterEach, before, describe, test } from 'node:test';
import { onMeasure } from '../../src/database/measures.ts';
import { accountOf } from '../factories/accounts.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { type Cable, createCable } from '../tools/cable.ts';
import { eventually } from '../tools/eventually.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { askUnread, type Wire } from '../tools/wire.ts';

// Far more than the system keeps, in megabytes, of what a client does not read.
const FILE = '/gestion/demandes/en-cours.csv';
const REQUESTS = 600;
const REASON = 20_000;

const LOCAL = 'wtestportail@test.fr';
const DEPUTY = 'suppleante@caf39.caf.fr';
const UCANSS = 'national@ucanss.fr';
const AUDITOR = 'auditeur@ucanss.fr';
const OTHER = 'intercaf@caf.fr';

describe('files that leave', () => {
  let portal: TestPortal;
  const agents = new Map<string, Agent>();
  const wires: Wire[] = [];
  const underWay: number[] = [];

  before(async () => {
    onMeasure((taken) => {
      if (taken.kind === 'exports') underWay.push(taken.underWay);
    });
    portal = await startTestPortal({ limits: { exports: { unread: 60_000, check: 300 } } });
    const id = await createRequest(portal.db, { reason: 'x'.repeat(REASON) });
    await portal.db.raw(
      `INSERT INTO requests (kind, status, organism_id, reason, last_name, first_name, email, created_at, submitted_at)
       SELECT kind, status, organism_id, reason, last_name, first_name, 'beaucoup.' || n || '@test.fr', created_at, submitted_at
       FROM requests, generate_series(1, ?::int) AS n WHERE id = ?`,
      [REQUESTS, id],
    );
    for (const email of [LOCAL, DEPUTY, UCANSS, AUDITOR, OTHER]) {
      const agent = createAgent(portal);
      await agent.signIn(email);
      agents.set(email, agent);
    }
  });
  afterEach(async () => {
    for (const { socket } of wires.splice(0)) socket.destroy();
    await eventually(async () => (await placesTaken()) === 0);
    await portal.db('rate_limits').delete();
  });
  after(async () => {
    for (const agent of agents.values()) agent.close();
    await portal?.stop();
  });

  function agentOf(email: string): Agent {
    const agent = agents.get(email);
    assert.ok(agent);
    return agent;
  }

  /** Begins a file that its receiver does not read. */
  async function begin(email: string, { url } = portal, path = FILE): Promise<Wire> {
    const wire = await askUnread(url, path, agentOf(email).cookies());
    wires.push(wire);
    return wire;
  }

  /** How many files are being read from this database, by whatever process. */
  async function placesTaken(): Promise<number> {
    const { rows } = await portal.db.raw(
      `SELECT count(*) AS count FROM pg_locks WHERE locktype = 'advisory'
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND pid IN (SELECT pid FROM pg_stat_activity WHERE application_name = 'portail' AND query ~ 'people|advisory')`,
    );
    return Number(rows[0].count);
  }

  /** Reads no more than has come. */
  async function firstBytes({ socket, received }: Wire): Promise<string> {
    socket.resume();
    await once(socket, 'data');
    socket.pause();
    return received();
  }

  /** Reads the rest of a file that was cut: it must not look whole. */
  async function assertCut(wire: Wire): Promise<void> {
    wire.socket.resume();
    await wire.closed;
    assert.equal(wire.received().slice(0, 13), 'HTTP/1.1 200 ');
    assert.ok(!wire.received().endsWith('\r\n0\r\n\r\n'), 'the file looks whole');
  }

  test('that nobody reads hold nobody’s pages', async () => {
    const people = [LOCAL, DEPUTY, UCANSS, AUDITOR];
    await Promise.all(Array.from({ length: 30 }, (_, at) => begin(people[at % people.length] ?? LOCAL)));
    await eventually(async () => (await placesTaken()) === 4);
    const statuses: number[] = [];
    for (let page = 0; page < 30; page += 1) {
      statuses.push(
        (await agentOf(OTHER).get('/gestion/etat')).status,
        (await agentOf(LOCAL).get(FILE.slice(0, -4))).status,
      );
    }
    assert.deepEqual([...new Set(statuses)], [200]);
    assert.ok(Math.max(...underWay) <= 4);
  });

  test('are two at once an account, over all processes; the third is told, and let through when one ends', async () => {
    const beside = await startTestPortal({ beside: portal });
    try {
      await begin(LOCAL);
      await begin(LOCAL, beside);
      await eventually(async () => (await placesTaken()) === 2);
      const away = createAgent(beside);
      away.borrowCookies(agentOf(LOCAL).cookies());
      for (const agent of [agentOf(LOCAL), away]) {
        const page = await agent.get('/gestion/etat.csv');
        assert.equal(page.status, 429);
        assert.equal(page.heading, 'Export à recommencer');
        assert.match(page.notices.join(), /Deux exports sont déjà en cours avec votre compte/);
        assert.ok(Number(page.headers['retry-after']) > 0);
        assert.match(String(page.headers['content-type']), /^text\/html/);
        assert.equal(page.headers['content-disposition'], undefined);
      }
      assert.equal((await agentOf(DEPUTY).get('/gestion/etat.csv')).status, 200);
      wires[0]?.socket.destroy();
      await eventually(async () => (await placesTaken()) === 1);
      assert.equal((await agentOf(LOCAL).get('/gestion/etat.csv')).status, 200);
      // One after the other there is always a place.
      for (let turn = 0; turn < 5; turn += 1) assert.equal((await away.get('/gestion/etat.csv')).status, 200);
      away.close();
      wires[1]?.socket.destroy();
    } finally {
      await beside.stop();
    }
  });

  test('take every connection there is for them: the next people are told to come back', async () => {
    for (const email of [LOCAL, LOCAL, UCANSS, UCANSS]) await begin(email);
    await eventually(async () => (await placesTaken()) === 4);
    const page = await agentOf(DEPUTY).get('/gestion/etat.xlsx');
    assert.equal(page.status, 429);
    assert.match(page.notices.join(), /D’autres exports sont déjà en cours/);
  });

  test('end when the person is deactivated', async () => {
    const { id } = await accountOf(portal.db, DEPUTY);
    const wire = await begin(DEPUTY);
    // Once it has begun: before that, its page would say that it is not theirs.
    await firstBytes(wire);
    const state = await portal
      .db('accounts')
      .first('active', 'deactivated_at', 'deactivation_reason')
      .where({ id });
    const off = { active: false, deactivated_at: new Date(), deactivation_reason: 'Départ' };
    await portal.db('accounts').where({ id }).update(off);
    await eventually(async () => (await placesTaken()) === 0);
    await assertCut(wire);
    await portal.db('accounts').where({ id }).update(state);
  });

  for (const [email, what] of [
    [DEPUTY, 'the delegation'],
    [AUDITOR, 'the national profile'],
  ] as const) {
    test(`end when the person loses ${what} that gives them`, async () => {
      const { id } = await accountOf(portal.db, email);
      const wire = await begin(email);
      await firstBytes(wire);
      const held = () =>
        portal.db('assignments').where({ account_id: id }).whereNot({ role_kind: 'ordinary' });
      await held().whereNull('ended_at').update({ ended_at: new Date(), end_kind: 'removed' });
      await eventually(async () => (await placesTaken()) === 0);
      await assertCut(wire);
      await held().update({ ended_at: null, end_kind: null });
    });
  }

  test('end when nothing of them is taken for long, and when they take too long', async () => {
    for (const exports of [{ unread: 300 }, { total: 1_500 }]) {
      const beside = await startTestPortal({ beside: portal, limits: { exports } });
      try {
        const wire = await begin(LOCAL, beside);
        await eventually(() => underWay.at(-1) === 1);
        await eventually(async () => underWay.at(-1) === 0 && (await placesTaken()) === 0);
        // On a machine so slow that nothing was sent yet, it has its page.
        if (!(await firstBytes(wire)).startsWith('HTTP/1.1 503 ')) await assertCut(wire);
      } finally {
        await beside.stop();
      }
    }
  });

  test('end within twelve seconds when the database falls silent', async () => {
    let cable: Cable | undefined;
    const databaseUrl = async (real: string) => {
      cable = await createCable(real);
      return cable.url;
    };
    const beside = await startTestPortal({ beside: portal, databaseUrl, limits: { drain: 500 } });
    try {
      const wire = await begin(LOCAL, beside);
      await firstBytes(wire);
      const began = performance.now();
      cable?.freeze();
      await assertCut(wire);
      // Beside a load; without its limit it would take minutes.
      assert.ok(performance.now() - began < 30_000);
    } finally {
      cable?.repair();
      await beside.stop();
      cable?.close();
    }
  });

  test('are not mixed with what is said of something malformed on the same connection', async () => {
    const wire = await begin(LOCAL);
    await firstBytes(wire);
    wire.socket.write('what is this\r\n\r\n');
    await eventually(async () => (await placesTaken()) === 0);
    await assertCut(wire);
    assert.equal(wire.received().split('HTTP/1.1 ').length, 2);
  });

  test('do not keep the portal from stopping: they are cut once answers have had their time', async () => {
    const beside = await startTestPortal({ beside: portal, limits: { drain: 500 } });
    const wire = await begin(LOCAL, beside);
    await firstBytes(wire);
    await beside.stop();
    await eventually(async () => (await placesTaken()) === 0);
    await assertCut(wire);
  });

  describe('and whose list is locked', () => {
    let path: string;

    before(async () => {
      const { id, organism_id } = await accountOf(portal.db, LOCAL);
      const [batch] = await portal
        .db('batches')
        .insert({ kind: 'deactivate', organism_id, created_by: id, created_at: new Date() })
        .returning('id');
      path = `/gestion/lots/${batch.id}/lot`;
    });

    /** Runs the work while the people of a batch, which nothing else reads, cannot be read. */
    const locked = (work: () => Promise<void>) =>
      portal.db.transaction(async (lock) => {
        await lock.raw('LOCK TABLE batch_lines IN ACCESS EXCLUSIVE MODE');
        await work();
      });

    /** The process of PostgreSQL that waits to read. */
    async function reader(): Promise<number | undefined> {
      const { rows } = await portal.db.raw(
        `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'DECLARE people%'
         AND wait_event_type = 'Lock'`,
      );
      return rows[0]?.pid;
    }

    for (const [by, status, heading] of [
      ['pg_cancel_backend', 503, 'Export trop long'],
      ['pg_terminate_backend', 503, 'Service momentanément indisponible'],
    ] as const) {
      for (const format of ['csv', 'xlsx', 'pdf']) {
        test(`have their page where they fail before their first byte (${format}, ${by})`, () =>
          locked(async () => {
            const answer = agentOf(UCANSS).get(`${path}.${format}`);
            await eventually(async () => (await reader()) !== undefined);
            const pid = await reader();
            await portal.db.raw(`SELECT ${by}(?)`, [pid ?? 0]);
            const page = await answer;
            assert.equal(page.status, status);
            assert.equal(page.heading, heading);
            assert.ok(page.headers['retry-after']);
            assert.match(String(page.headers['content-type']), /^text\/html/);
            assert.equal(page.headers['content-disposition'], undefined);
          }));
      }
    }

    test('are given up on the server as soon as their receiver has gone', () =>
      locked(async () => {
        const wire = await begin(UCANSS, portal, `${path}.csv`);
        await eventually(async () => (await reader()) !== undefined);
        wire.socket.destroy();
        await eventually(async () => (await reader()) === undefined && (await placesTaken()) === 0);
      }));
  });
});
