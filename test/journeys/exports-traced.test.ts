import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, afterEach, before, describe, test } from 'node:test';
import { openReading } from '../../src/database/reading.ts';
import { tablesOf } from '../../src/exports/lists.ts';
import { createSnapshot } from '../../src/repositories/snapshot.ts';
import { neverStopped } from '../exports/tools.ts';
import { accountOf } from '../factories/accounts.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { allOf } from '../tools/all-of.ts';
import { eventually } from '../tools/eventually.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { askUnread, type Wire } from '../tools/wire.ts';

// Far more than the system keeps, in megabytes, of what a client does not read.
const LONG = '/gestion/demandes/en-cours.csv';
const REQUESTS = 600;
const REASON = 20_000;

const FORMATS = ['xlsx', 'pdf', 'csv'] as const;

interface Told {
  action: string;
  details: {
    list: string;
    format: string;
    rows?: number;
    cut?: string;
    filters?: Record<string, string>;
  };
}

describe('what the trail tells of exports', () => {
  let portal: TestPortal;
  let agent: Agent;
  let last = 0;
  const wires: Wire[] = [];

  before(async () => {
    portal = await startTestPortal({ limits: { exports: { check: 300 } } });
    agent = createAgent(portal);
    await agent.signIn('wtestportail@test.fr');
    const id = await createRequest(portal.db, { reason: 'x'.repeat(REASON) });
    await portal.db.raw(
      `INSERT INTO requests (kind, status, organism_id, reason, last_name, first_name, email, created_at, submitted_at)
       SELECT kind, status, organism_id, reason, last_name, first_name, 'beaucoup.' || n || '@test.fr', created_at, submitted_at
       FROM requests, generate_series(1, ?::int) AS n WHERE id = ?`,
      [REQUESTS, id],
    );
    last = await lastId();
  });
  afterEach(async () => {
    for (const { socket } of wires.splice(0)) socket.destroy();
    // What is cut is told a moment later.
    await eventually(
      async () =>
        (await told()).filter(({ action }) => action === 'export.started').length === (await ends()).length,
    );
    last = await lastId();
    await portal.db('rate_limits').delete();
  });
  after(async () => {
    agent?.close();
    await portal?.stop();
  });

  const lastId = async () => Number((await portal.db('audit_events').max('id as id').first())?.id);
  const told = (): Promise<Told[]> =>
    portal
      .db('audit_events')
      .select('action', 'details')
      .where('id', '>', last)
      .whereLike('action', 'export.%')
      .orderBy('id');
  const ends = async () =>
    (await told()).filter(({ action }) => action === 'export.ended').map(({ details }) => details);
  const counted = async () =>
    Number((await portal.db('rate_limits').sum('points as n').whereLike('key', 'exports:%').first())?.n ?? 0);

  /** Begins a long file that its receiver does not read, and waits until the trail has its start. */
  async function begin({ url } = portal): Promise<Wire> {
    const wire = await askUnread(url, LONG, agent.cookies());
    wires.push(wire);
    await eventually(async () => (await told()).some(({ action }) => action === 'export.started'));
    // It is being read, and its receiver reads no more of it.
    wire.socket.resume();
    await once(wire.socket, 'data');
    wire.socket.pause();
    return wire;
  }

  for (const format of FORMATS) {
    test(`a file that is whole: as many rows as it has (${format})`, async () => {
      assert.equal((await agent.get(`/gestion/etat.${format}`)).status, 200);
      const filters = { nom: '', q: '', perimetre: 'CAF-391' };
      const details = { list: 'etat-des-habilitations', format, filters };
      assert.deepEqual(await told(), [
        {
          action: 'export.started',
          details,
        },
        { action: 'export.ended', details: { ...details, rows: 57 } },
      ]);
    });

    test(`a HEAD has the headers of the file, and neither runs, nor traces, nor counts (${format})`, async () => {
      const path = `/gestion/etat.${format}`;
      const [head, got] = [await agent.send({ method: 'HEAD', path }), await agent.get(path)];
      assert.deepEqual([head.status, head.bytes.length], [200, 0]);
      for (const name of ['content-type', 'content-disposition', 'cache-control'])
        assert.equal(head.headers[name], got.headers[name], name);
      assert.equal((await told()).length, 2);
      assert.equal(await counted(), 1);
      const wrong = await agent.send({ method: 'HEAD', path: `${path}?tri=x` });
      assert.equal(wrong.status, 422);
      assert.equal(wrong.headers['content-disposition'], undefined);
    });
  }

  test('the history of an account says whose it is', async () => {
    const { id } = await accountOf(portal.db, 'tmantel@caf39.caf.fr');
    assert.equal((await agent.get(`/gestion/comptes/${id}/historique.csv`)).status, 200);
    for (const { details } of await told()) {
      assert.equal(details.list, 'historique-du-compte');
      assert.equal(details.filters?.compte, String(id));
    }
    assert.equal((await told()).length, 2);
  });

  test('one whose receiver has gone is cut', async () => {
    const { socket } = await begin();
    socket.destroy();
    await eventually(async () => (await ends()).length === 1);
    const [{ rows = -1, ...details } = { list: '', format: '' }] = await ends();
    const filters = { q: '', age: '', decideur: '', perimetre: 'CAF-391' };
    assert.deepEqual(details, { list: 'demandes-en-cours', format: 'csv', filters, cut: 'gone' });
    assert.ok(rows > 0 && rows <= REQUESTS + 10, `${rows} rows`);
    const journal = await agent.get('/gestion/journal?genre=exports');
    assert.match(
      journal.text,
      /Demandes d’habilitations\s: En cours\s» en CSV coupé après \d+ lignes au plus, la connexion s’étant fermée/,
    );
    assert.match(journal.text, /Export de la liste «\sDemandes d’habilitations\s: En cours\s» en CSV/);
  });

  for (const [cut, exports] of [
    ['unread', { unread: 300 }],
    ['too_long', { total: 1_500 }],
  ] as const) {
    test(`one that is given up is cut (${cut})`, async () => {
      const beside = await startTestPortal({ beside: portal, limits: { exports } });
      try {
        await begin(beside);
        await eventually(async () => (await ends()).length === 1);
        assert.equal((await ends())[0]?.cut, cut);
      } finally {
        await beside.stop();
      }
    });
  }

  test('one that the portal stops is cut, and told before the portal has gone', async () => {
    const beside = await startTestPortal({ beside: portal, limits: { drain: 500 } });
    await begin(beside);
    await beside.stop();
    assert.deepEqual(
      (await ends()).map(({ cut }) => cut),
      ['stopped'],
    );
  });

  test('one that fails is cut', async () => {
    await begin();
    await portal.db.raw(
      `SELECT pg_terminate_backend(pid) FROM pg_locks
       WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND pid IN (SELECT pid FROM pg_stat_activity WHERE application_name = 'portail' AND query ~ 'people|advisory')`,
    );
    wires[0]?.socket.resume();
    await wires[0]?.closed;
    await eventually(async () => (await ends()).length === 1);
    assert.equal((await ends())[0]?.cut, 'failed');
    assert.ok(!wires[0]?.received().endsWith('\r\n0\r\n\r\n'), 'the file looks whole');
  });

  test('an event of before still reads', async () => {
    const { id } = (await portal.db('accounts').first('id').where({ email: 'wtestportail@test.fr' })) ?? {};
    const event = {
      ...{
        occurred_at: portal.clock.now(),
        actor_kind: 'account',
        actor_account_id: id,
        action: 'list.exported',
      },
      details: { list: 'journal', format: 'pdf', filters: {} },
      organism_id: (await portal.db('organisms').first('id').where({ code: 'CAF-391' }))?.id,
    };
    await portal.db.raw('SELECT audit_append(?::jsonb)', [JSON.stringify([event])]);
    const journal = await agent.get('/gestion/journal?acte=list.exported');
    assert.match(journal.text, /Export de la liste «\sJournal\s» en PDF/);
  });

  test('no link of a file has a « download »: what an ended session answers is a page, not a file', async () => {
    const page = await agent.get('/gestion/etat');
    assert.equal(page.$('a[href*=".xlsx"]').length, 1);
    assert.equal(page.$('a[download]').length, 0);
  });
});

test('both sheets are of one moment: what is committed between them shows in neither', async () => {
  const portal = await startTestPortal();
  const reading = await openReading(portal.db);
  try {
    assert.ok(reading);
    const db = await reading.begin();
    const snapshot = await createSnapshot(db).current();
    const { tables } = tablesOf(
      {
        name: 'entitlements',
        filter: { ...{ organismId: null, name: '', words: 'mantel' }, ...{ sort: 'nom', direction: 'asc' } },
      },
      { ...{ db, snapshot, format: 'xlsx', signal: neverStopped() }, ...{ batch: 200, today: '2026-11-22' } },
    );
    const { id } = (await portal.db('accounts').first('id').where({ email: 'tmantel@caf39.caf.fr' })) ?? {};
    for (const { name, rows } of tables) {
      const firstNames: unknown[] = [];
      for await (const batch of rows) firstNames.push(...batch.map(([, firstName]) => firstName));
      assert.ok(firstNames.length > 0);
      assert.ok(
        allOf(firstNames, (each) => each === 'Thomas'),
        `${name}: ${firstNames}`,
      );
      await portal.db('accounts').where({ id }).update({ first_name: 'Changé' });
      await portal.db('roles').update({ label: portal.db.raw(`label || ' changé'`) });
    }
    assert.equal(tables.length, 2);
    assert.equal((await portal.db('accounts').first('first_name').where({ id }))?.first_name, 'Changé');
  } finally {
    await reading?.close();
    await portal.stop();
  }
});
