import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { routes } from '../../src/routes/index.ts';
import { accountOf } from '../factories/accounts.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { allOf } from '../tools/all-of.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const SITES = ['cross-site', 'same-site'] as const;
const CONTINUE = 'Continuer vers cette page';

const files = routes.filter(({ path }) => /\.(xlsx|pdf|csv)$/.test(path)).map(({ path }) => path);

describe('pages that leave a trace, reached from another site', () => {
  let portal: TestPortal;
  let local: Agent;
  let national: Agent;
  let employee: Agent;
  let stranger: number;

  before(async () => {
    portal = await startTestPortal();
    [local, national, employee] = [createAgent(portal), createAgent(portal), createAgent(portal)];
    await local.signIn('wtestportail@test.fr');
    await national.signIn('national@ucanss.fr');
    await employee.signIn('tmantel@caf39.caf.fr');
    stranger = (await accountOf(portal.db, 'intercaf@caf.fr')).id;
  });
  after(async () => {
    for (const agent of [local, national, employee]) agent?.close();
    await portal?.stop();
  });

  const from = (site: string) => ({ 'Sec-Fetch-Site': site });
  /** What a page may leave: events, and counts. */
  async function left(): Promise<unknown> {
    const events = await portal
      .db('audit_events')
      .where('action', 'not like', 'message.%')
      .max('id as last')
      .first();
    return [events?.last, await portal.db('rate_limits').orderBy('key').select('key', 'points')];
  }

  test('the table holds files', () => assert.ok(files.length >= 20));

  for (const site of SITES) {
    test(`${site}: no file leaves, and nothing is left, until one continues`, async () => {
      const before = await left();
      for (const path of files) {
        const address = `${path.replace(':id', '1')}?perimetre=CAF-391&q=a%20%26b`;
        const page = await national.get(address, from(site));
        assert.deepEqual([page.status, page.heading], [200, CONTINUE], path);
        const [link] = page.$('main a:contains("Continuer")').toArray();
        assert.equal(page.$(link).attr('href'), address);
        const head = await national.send({ method: 'HEAD', path: address, headers: from(site) });
        assert.match(head.headers['content-type'] ?? '', /text\/html/, path);
      }
      assert.deepEqual(await left(), before);
    });

    test(`${site}: the search outside and the page before « Rattacher » are neither counted nor traced`, async () => {
      const before = await left();
      for (const path of [
        '/gestion/comptes?organisme=non&nom=deuxcaf',
        '/gestion/comptes?organisme=oui&organisme=non&nom=deuxcaf',
        `/gestion/comptes/${stranger}/rattachement`,
      ]) {
        const page = await local.get(path, from(site));
        assert.equal(page.heading, CONTINUE, path);
        assert.doesNotMatch(page.text, /DEUXCAF/);
      }
      assert.deepEqual(await left(), before);
    });

    test(`${site}: a page that one does not have leaves no event either`, async () => {
      const before = await left();
      assert.equal((await employee.get('/gestion/etat', from(site))).heading, CONTINUE);
      assert.equal((await local.get('/gestion/organismes', from(site))).heading, CONTINUE);
      assert.deepEqual(await left(), before);
      assert.equal((await employee.get('/gestion/etat')).status, 403);
      assert.notDeepEqual(await left(), before);
    });

    test(`${site}: other pages are as ever, and a visitor is sent to sign in`, async () => {
      for (const path of [
        '/',
        '/mes-informations',
        '/gestion/etat?q=mantel',
        '/gestion/comptes',
        '/gestion/journal',
      ])
        assert.equal((await local.get(path, from(site))).status, 200, path);
      assert.equal(
        (await local.get('/gestion/comptes?organisme=oui', from(site))).heading,
        'Gestion des comptes',
      );
      const visitor = createAgent(portal);
      const page = await visitor.get('/gestion/etat.xlsx', from(site));
      visitor.close();
      assert.deepEqual(
        [page.status, page.headers.location],
        [303, '/connexion?retour=%2Fgestion%2Fetat&fin=export'],
      );
    });
  }

  test('headers alone, from here: nothing is left of the search outside and the page before « Rattacher », nor told', async () => {
    const pages = ['/gestion/comptes?organisme=non&nom=deuxcaf', `/gestion/comptes/${stranger}/rattachement`];
    const nothing = ['/gestion/comptes?organisme=non&nom=zzzz', '/gestion/comptes/999999999/rattachement'];
    const before = await left();
    for (const path of [...pages, ...nothing]) {
      const head = await local.send({ method: 'HEAD', path });
      assert.deepEqual([head.status, head.bytes.length], [200, 0], path);
      assert.match(head.headers['content-type'] ?? '', /text\/html/);
      assert.equal(head.headers['content-length'], undefined, 'the size of a page says what it found');
    }
    assert.deepEqual(await left(), before);
    for (const path of pages) {
      assert.match((await local.get(path)).text, /DEUXCAF/);
      assert.notDeepEqual(await left(), before, path);
      await portal.db('rate_limits').delete();
    }
    const refused = await left();
    assert.equal((await employee.send({ method: 'HEAD', path: pages[1] ?? '' })).status, 403);
    assert.notDeepEqual(await left(), refused, 'what is refused is traced, whatever was asked for');
  });

  test('« Continuer » does it, once, from here', async () => {
    const page = await local.get('/gestion/etat.csv?q=mantel', from('cross-site'));
    const before = await portal.db('audit_events').where({ action: 'export.started' });
    const file = await local.get(page.$('main a:contains("Continuer")').attr('href') ?? '');
    assert.match(file.headers['content-type'] ?? '', /text\/csv/);
    assert.equal(
      (await portal.db('audit_events').where({ action: 'export.started' })).length,
      before.length + 1,
    );
  });

  test('an address typed or kept, and a browser that does not say, get what they ask for', async () => {
    for (const site of ['none', 'same-origin', undefined]) {
      const file = await local.get('/gestion/etat.csv?q=mantel', { 'Sec-Fetch-Site': site });
      assert.match(file.headers['content-type'] ?? '', /text\/csv/, String(site));
    }
  });

  test('the link leads nowhere else, whatever the address', async () => {
    for (const path of [
      '//ailleurs.exemple/..//gestion/etat.csv',
      '/gestion/etat.csv?retour=//ailleurs.exemple',
    ]) {
      const page = await local.get(path, from('cross-site'));
      const hrefs = page
        .$('main a')
        .toArray()
        .map((link) => page.$(link).attr('href') ?? '');
      assert.ok(
        allOf(hrefs, (href) => /^\/(?!\/)/.test(href)),
        hrefs.join(),
      );
    }
  });
});
