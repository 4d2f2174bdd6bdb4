import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { createAgent } from '../tools/agent.ts';
import { createAgents } from '../tools/agents.ts';
import { clean, type Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const LOCAL = 'wtestportail@test.fr';
const NATIONAL = 'national@ucanss.fr';
const AUDITOR = 'auditeur@ucanss.fr';

describe('R75 « À faire »', () => {
  let portal: TestPortal;
  const { as, close } = createAgents(() => portal);

  before(async () => {
    portal = await startTestPortal();
  });
  after(async () => {
    close();
    await portal?.stop();
  });

  const tasks = (page: Page) =>
    page
      .$('main .to-do a')
      .toArray()
      .map((link) => {
        const [, count = '', label = ''] =
          /^((?:plus de )?[\d\u202f\s]+) (.+)$/u.exec(clean(page.$(link).text())) ?? [];
        return { count, label, href: page.$(link).attr('href') ?? '' };
      });
  const taskOf = async (email: string, label: RegExp, path = '/gestion') =>
    tasks(await (await as(email)).get(path)).find((task) => label.test(task.label));

  test('is where who administers arrives, and what « Gestion » leads to; staff arrive at « Mes informations »', async () => {
    for (const [email, heading, path] of [
      [LOCAL, 'À faire', '/gestion'],
      ['intercaf@caf.fr', 'À faire', '/gestion?perimetre=CAF-701'],
      [NATIONAL, 'À faire', '/gestion?perimetre=tous'],
      [AUDITOR, 'À faire', '/gestion?perimetre=tous'],
      ['tmantel@caf39.caf.fr', 'Mes informations', '/mes-informations'],
    ] as const) {
      const agent = createAgent(portal);
      try {
        const answer = await agent.post('/connexion', { email, password: demonstrationPassword });
        assert.equal(answer.headers.location, path, email);
        assert.equal((await agent.get(path)).heading, heading, email);
      } finally {
        agent.close();
      }
    }
    const page = await (await as(LOCAL)).get('/gestion');
    assert.deepEqual(
      [page.texts('main .breadcrumb-line').length, page.$('#menu [aria-current]').text()],
      [0, 'À faire'],
    );
    assert.equal((await (await as('tmantel@caf39.caf.fr')).get('/gestion')).status, 403);
  });

  test('each line leads to its list, which has as many', async () => {
    await createAccount(portal.db, { last_name: 'NOUVELLE' });
    const ending = await createAccount(portal.db, { last_name: 'FINIT' });
    await grant(portal.db, ending, 'energie-lecteur');
    await portal.db('assignments').where({ account_id: ending.id }).update({ ends_on: '2026-12-05' });
    for (const [email, places] of [
      [LOCAL, ['']],
      ['intercaf@caf.fr', ['?perimetre=CAF-251', '?perimetre=CAF-701']],
      [NATIONAL, ['', '?perimetre=CAF-391', '?perimetre=CPAM-391']],
      [AUDITOR, ['', '?perimetre=CAF-391']],
    ] as const)
      for (const place of places) {
        const agent = await as(email);
        const page = await agent.get(`/gestion${place}`);
        assert.equal(page.heading, 'À faire');
        for (const { count, label, href } of tasks(page)) {
          const list = await agent.get(href);
          assert.equal(list.status, 200, `${email} ${href}`);
          assert.deepEqual(list.texts('main .notice-warning'), [], `${email} ${href}`);
          const told = clean(list.$('main .page-summary, main .filters-sentence').text());
          const rows = list.rows.length;
          assert.ok(
            rows > 0 && (rows === Number(count) || told.includes(count)),
            `${email} ${label} ${count} ${told}`,
          );
        }
      }
  });

  test('P1, P3: the requests that one can decide alone, and since when', async () => {
    const before = Number((await taskOf(LOCAL, /à décider/))?.count ?? 0);
    const me = await accountOf(portal.db, LOCAL);
    await createRequest(portal.db, { account: me, role: 'energie-lecteur' });
    await createRequest(portal.db, { account: await createAccount(portal.db), role: 'referent-deontologue' });
    assert.equal(Number((await taskOf(LOCAL, /à décider/))?.count ?? 0), before);
    await createRequest(portal.db, { account: await createAccount(portal.db), role: 'energie-lecteur' });
    assert.equal(Number((await taskOf(LOCAL, /à décider/))?.count), before + 1);
    const page = await (await as(LOCAL)).get('/gestion');
    assert.match(
      clean(page.$('main .to-do p').first().text()),
      /La plus ancienne est du \d\d\/\d\d\/\d{4} \(il y a \d+ (jours|mois)\)\.$/,
    );
    assert.equal(await taskOf(AUDITOR, /à décider/), undefined);
  });

  test('delegations that end within 30 days, the last of them included', async () => {
    const found = async () => Number((await taskOf(LOCAL, /^délégation/))?.count ?? 0);
    const before = await found();
    for (const [ends_on, more] of [
      ['2026-12-22', 1],
      ['2026-12-23', 1],
    ] as const) {
      const account = await createAccount(portal.db);
      const organism = await portal.db('organisms').first('id').where({ code: 'CAF-391' });
      await grant(portal.db, account, 'administrateur-local', { organism_id: organism.id });
      await portal.db('assignments').where({ account_id: account.id }).update({ ends_on });
      assert.equal(await found(), before + more, ends_on);
    }
    const list = await (await as(LOCAL)).get((await taskOf(LOCAL, /^délégation/))?.href ?? '');
    assert.equal(list.rows.length, before + 1);
  });

  test('Ucanss: organisms without administrator or with one alone, messages, closed roles that people have, what waits for long by organism', async () => {
    assert.ok(Number((await taskOf(NATIONAL, /sans administrateur local/))?.count) > 0);
    const alone = await taskOf(NATIONAL, /qu’un administrateur local/);
    const list = await (await as(NATIONAL)).get(`${alone?.href}&taille=100&q=cpam%20du%20jura`);
    assert.deepEqual(
      list.rows.map(([organism]) => organism),
      ['CPAM du Jura'],
    );
    assert.equal((await (await as(NATIONAL)).get(`${alone?.href}&q=caf%20du%20jura`)).rows.length, 0);

    assert.equal(await taskOf(NATIONAL, /^rôles? fermé/), undefined);
    await portal.db('roles').where({ code: 'energie-lecteur' }).update({ closed_at: portal.clock.now() });
    assert.equal((await taskOf(NATIONAL, /^rôle fermé/))?.count, '1');
    const roles = await (await as(NATIONAL)).get((await taskOf(NATIONAL, /^rôle fermé/))?.href ?? '');
    assert.deepEqual(
      roles.rows.map(([role]) => role?.includes('Energie Lecteur')),
      [true],
    );
    await portal.db('roles').where({ code: 'energie-lecteur' }).update({ closed_at: null });

    const page = await (await as(NATIONAL)).get('/gestion');
    const late = page.$('#en-retard').closest('section');
    const [first] = late.find('li').toArray();
    assert.match(
      clean(page.$(first).text()),
      /\d+ demandes?, depuis le \d\d\/\d\d\/\d{4} \(il y a \d+ (jours|mois)\)$/,
    );
    const there = await (await as(NATIONAL)).get(page.$('a', first).attr('href') ?? '');
    assert.equal(there.rows.length, Number(/(\d+) demandes?,/.exec(page.$(first).text())?.[1]));
    assert.equal((await (await as(LOCAL)).get('/gestion')).$('#en-retard').length, 0);
  });

  test('who administers several organisms is told what waits in the others', async () => {
    await createRequest(portal.db, {
      account: await createAccount(portal.db, { organism: 'CAF-251' }),
      role: 'energie-lecteur',
    });
    const page = await (await as('intercaf@caf.fr')).get('/gestion?perimetre=CAF-701');
    const [line] = page.$('#ailleurs').closest('section').find('li').toArray();
    assert.match(clean(page.$(line).text()), /^CAF du Doubs \d+ demandes? à décider/);
    const other = await (await as('intercaf@caf.fr')).get(page.$('a', line).attr('href') ?? '');
    assert.match(clean(other.$('.page-summary').text()), /^CAF du Doubs$/);
  });

  test('where nothing waits, all is up to date', async () => {
    const agent = createAgent(portal);
    const account = await createAccount(portal.db, {
      organism: 'CAF-651',
      last_sign_in_at: portal.clock.now(),
    });
    const organism = await portal.db('organisms').first('id').where({ code: 'CAF-651' });
    await grant(portal.db, account, 'administrateur-local', { organism_id: organism.id });
    await portal
      .db('accounts')
      .where({ organism_id: organism.id })
      .update({ last_sign_in_at: portal.clock.now() });
    await portal
      .db('requests')
      .where({ organism_id: organism.id, status: 'pending' })
      .update({ status: 'cancelled', cancelled_at: portal.clock.now() });
    await portal.db('assignments').where({ organism_id: organism.id }).update({ ends_on: null });
    try {
      const page = await (await as(NATIONAL)).get('/gestion?perimetre=CAF-651');
      const left = tasks(page).map(({ label }) => label);
      assert.deepEqual(left, []);
      assert.deepEqual(page.texts('main h2'), ['Tout est à jour']);
    } finally {
      agent.close();
    }
  });
});
