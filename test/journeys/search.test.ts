import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { createAgents } from '../tools/agents.ts';
import { allOf } from '../tools/all-of.ts';
import { eventually } from '../tools/eventually.ts';
import { clean, type Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const of = (q: string) => `/recherche?q=${encodeURIComponent(q)}`;

describe('« Recherche »', () => {
  let portal: TestPortal;
  const { as, close } = createAgents(() => portal);
  const LOCAL = 'wtestportail@test.fr';
  const NATIONAL = 'national@ucanss.fr';
  const AGENT = 'tmantel@caf39.caf.fr';

  before(async () => {
    portal = await startTestPortal();
  });
  after(async () => {
    close();
    await portal?.stop();
  });

  /** The titles of the sections, and the lines of one. */
  const sections = (page: Page) => page.texts('main [data-found] .found h2');
  const lines = (page: Page, title: string) => {
    const section = page
      .$('main .found')
      .toArray()
      .find((each) => clean(page.$('h2', each).text()) === title);
    return section
      ? page
          .$('li > a', section)
          .toArray()
          .map((link) => ({ label: clean(page.$(link).text()), href: page.$(link).attr('href') ?? '' }))
      : [];
  };
  const labels = (page: Page, title: string) => lines(page, title).map(({ label }) => label);

  test('a person of one’s organism, in any order of words, without accents, and the way to their account', async () => {
    const agent = await as(LOCAL);
    const { id } = await accountOf(portal.db, AGENT);
    for (const q of [
      'mantel',
      'Thomas MANTEL',
      'MANTEL thomas',
      'mantél',
      'tmantel@caf39.caf.fr',
      'MANTEL, Thomas <tmantel@caf39.caf.fr>',
    ]) {
      const page = await agent.get(of(q));
      assert.equal(page.heading, 'Recherche');
      assert.deepEqual(
        lines(page, 'Personnes')[0],
        { label: 'Thomas MANTEL', href: `/gestion/comptes/${id}` },
        q,
      );
      assert.equal(page.$('#recherche').attr('value'), q);
    }
  });

  test('whose name begins so comes first, whoever is deactivated is told', async () => {
    await createAccount(portal.db, { last_name: 'ZZYVA', first_name: 'Alix' });
    const gone = await createAccount(portal.db, { last_name: 'ADAMA-ZZYVA', first_name: 'Paule' });
    await portal
      .db('accounts')
      .where({ id: gone.id })
      .update({ active: false, deactivated_at: portal.clock.now() });
    const page = await (await as(LOCAL)).get(of('zzyva'));
    assert.deepEqual(labels(page, 'Personnes'), ['Alix ZZYVA', 'Paule ADAMA-ZZYVA']);
    assert.match(clean(page.$('main .found li').eq(1).text()), /Compte désactivé/);
    assert.match(clean(page.$('main [role=status]').text()), /^2 personnes pour « zzyva »$/);
  });

  test('P5: somebody elsewhere is found by no one of here, and nothing tells of them; Ucanss and the auditor find them', async () => {
    const other = await createAccount(portal.db, { last_name: 'KWXAILLEURS', organism: 'CPAM-391' });
    await createRequest(portal.db, { account: other, role: 'energie-lecteur' });
    for (const email of [LOCAL, AGENT]) {
      const page = await (await as(email)).get(of('kwxailleurs'));
      assert.deepEqual(sections(page), [], email);
      assert.ok(page.texts('main h2').includes('Rien ne correspond'), email);
    }
    for (const email of [NATIONAL, 'auditeur@ucanss.fr']) {
      const page = await (await as(email)).get(of('kwxailleurs'));
      assert.equal(labels(page, 'Personnes').length, 1, email);
      assert.match(labels(page, 'Demandes en cours').join(), /^Energie Lecteur pour .*KWXAILLEURS$/);
      assert.match(page.texts('main .found').join(), /CPAM du Jura/);
    }
  });

  test('staff find no person, not even themselves: roles, applications, their own requests, their screens', async () => {
    const agent = await as(AGENT);
    assert.deepEqual(sections(await agent.get(of('mantel'))), []);
    const page = await agent.get(of('energie'));
    assert.deepEqual(
      sections(page).filter((title) => ['Personnes', 'Organismes', 'Demandes en cours'].includes(title)),
      [],
    );
    assert.ok(allOf(lines(page, 'Rôles'), ({ href }) => href === '/applications/energie'));
    assert.deepEqual(labels(page, 'Applications'), ['Energie']);
    const account = await accountOf(portal.db, AGENT);
    const id = await createRequest(portal.db, { account, role: 'energie-redacteur' });
    const own = lines(await agent.get(of('energie rédacteur')), 'Vos demandes');
    assert.deepEqual(own, [{ label: 'Energie Rédacteur', href: `/mes-informations#demande-${id}` }]);
    assert.deepEqual(labels(await agent.get(of('journal')), 'Écrans'), []);
  });

  test('« qui a Energie Rédacteur ? » leads to the page of the role, a closed one is said to be', async () => {
    const agent = await as(LOCAL);
    for (const q of ['qui a Energie Rédacteur ?', 'Qui a « energie redacteur » ?', 'redacteur energie']) {
      const page = await agent.get(of(q));
      assert.deepEqual(
        lines(page, 'Rôles')[0],
        { label: 'Energie Rédacteur', href: '/gestion/roles/energie-redacteur' },
        q,
      );
      assert.equal((await agent.get(lines(page, 'Rôles')[0]?.href ?? '')).heading, 'Energie Rédacteur');
    }
    await portal.db('roles').where({ code: 'energie-redacteur' }).update({ closed_at: portal.clock.now() });
    await eventually(async () =>
      /Rôle fermé/.test((await agent.get(of('energie redacteur'))).texts('main .found')[0] ?? ''),
    );
    assert.deepEqual(labels(await (await as(AGENT)).get(of('energie redacteur')), 'Rôles'), []);
    await portal.db('roles').where({ code: 'energie-redacteur' }).update({ closed_at: null });
  });

  test('who asks for a role, or for a batch, is not answered by people with the same words', async () => {
    const agent = await as(LOCAL);
    await createAccount(portal.db, { last_name: 'HOMONYME', function_title: 'Energie Administrateur 7' });
    assert.deepEqual(labels(await agent.get(of('energie administrateur 7')), 'Personnes'), [
      'Camille HOMONYME',
    ]);
    assert.deepEqual(sections(await agent.get(of('qui a l’énergie administrateur'))), ['Rôles']);
    const none = await agent.get(of('lot 987654'));
    assert.deepEqual([sections(none), none.texts('main h2')], [[], ['Aucun lot n° 987654']]);
  });

  test('whom a role is what they are found by, it says so', async () => {
    const account = await createAccount(portal.db, {
      last_name: 'QXROLE',
      function_title: 'Chargé de mission',
    });
    await grant(portal.db, account, 'energie-lecteur');
    const told = async (q: string) => (await (await as(LOCAL)).get(of(q))).texts('main .found li').join();
    assert.match(await told('qxrole lecteur'), /Chargé de mission · .* · Energie Lecteur/);
    assert.doesNotMatch(await told('qxrole'), /Energie/);
  });

  test('Ucanss looks everywhere, whatever organism the address names, and no link leads elsewhere', async () => {
    const agent = await as(NATIONAL);
    const page = await agent.get(`${of('mantel')}&perimetre=CAF-251`);
    const [first] = lines(page, 'Personnes');
    assert.match(first?.href ?? '', /perimetre=tous$/);
    assert.equal((await agent.get(first?.href ?? '')).heading, 'Thomas MANTEL');
  });

  test('a request that waits is found by who made it, and the link leads to its row', async () => {
    const agent = await as(LOCAL);
    const account = await createAccount(portal.db, { last_name: 'QWERTZ', first_name: 'Ode' });
    const id = await createRequest(portal.db, { account, role: 'energie-lecteur' });
    const [line] = lines(await agent.get(of('qwertz')), 'Demandes en cours');
    assert.equal(line?.label, 'Energie Lecteur pour Ode QWERTZ');
    assert.ok(line?.href.endsWith(`#demande-${id}`));
    const list = await agent.get(line?.href.split('#')[0] ?? '');
    assert.equal(list.$(`#demande-${id}`).length, 1);
  });

  test('a batch by its number, in its organism alone', async () => {
    const [batch] = await portal
      .db('batches')
      .select('id', 'organism_id')
      .where({ state: 'done' })
      .whereNotIn('kind', ['accept', 'refuse'])
      .orderBy('id');
    const organism = await portal.db('organisms').first('code').where({ id: batch.organism_id });
    assert.equal(organism.code, 'CAF-391');
    for (const q of [`${batch.id}`, `lot ${batch.id}`, `Lot n° ${batch.id}`, `lot n°\u00a0${batch.id}`]) {
      const page = await (await as(LOCAL)).get(of(q));
      assert.deepEqual(labels(page, 'Actions groupées'), [`Lot n° ${batch.id}`], q);
    }
    for (const email of ['admin.cpam39@assurance-maladie.fr', AGENT])
      assert.deepEqual(
        labels(await (await as(email)).get(of(`lot ${batch.id}`)), 'Actions groupées'),
        [],
        email,
      );
    assert.deepEqual(labels(await (await as(LOCAL)).get(of('999999999')), 'Actions groupées'), []);
  });

  test('screens by their name, those that the profile has', async () => {
    const found = async (email: string, q: string) => labels(await (await as(email)).get(of(q)), 'Écrans');
    assert.deepEqual(await found(LOCAL, 'creation'), ['Création d’un compte']);
    assert.deepEqual(await found('auditeur@ucanss.fr', 'creation'), []);
    assert.deepEqual(await found(LOCAL, 'profils'), []);
    assert.deepEqual(await found(NATIONAL, 'profils'), ['Profils nationaux']);
    assert.deepEqual(await found(LOCAL, 'a faire'), ['À faire']);
    const every = await (await as(LOCAL)).get('/recherche');
    for (const { href } of lines(every, 'Écrans'))
      assert.equal((await (await as(LOCAL)).get(href)).status, 200, href);
  });

  test('who administers two organisms finds the people of both, each in its own', async () => {
    await createAccount(portal.db, { last_name: 'VWXDOUBS', organism: 'CAF-251' });
    await createAccount(portal.db, { last_name: 'VWXSAONE', organism: 'CAF-701' });
    const agent = await as('intercaf@caf.fr');
    const people = lines(await agent.get(of('vwx')), 'Personnes');
    assert.deepEqual(
      people.map(({ href }) => new URL(href, 'http://x').searchParams.get('perimetre')),
      ['CAF-251', 'CAF-701'],
    );
    for (const { label, href } of people) assert.equal((await agent.get(href)).heading, label);
    // The list of each has its own.
    const many = await agent.get(of('caf'));
    const more = many
      .$('main .found p a')
      .toArray()
      .map((link) => many.$(link));
    assert.equal(more.length, 2);
    for (const link of more) {
      const [, count = ''] = /^Voir les (\d+) personnes, CAF/.exec(clean(link.text())) ?? [];
      assert.match(
        clean((await agent.get(link.attr('href') ?? '')).$('.page-summary').text()),
        new RegExp(`^${count} personnes`),
      );
    }
  });

  test('nothing, one letter, invisible characters, too long, too many words: a sentence at the field, which keeps its text', async () => {
    const agent = await as(LOCAL);
    const asked = async (q: string) => {
      const page = await agent.get(of(q));
      assert.equal(page.status, 200, q);
      assert.deepEqual(sections(page), [], q);
      return clean(page.$('#recherche-erreur').text());
    };
    for (const q of ['', '  ', '\u200b\u200d']) assert.equal(await asked(q), '', q);
    for (const q of ['m', ' m ', 'é', '\u200b\u200bm', "'"])
      assert.match(await asked(q), /^Erreur : Tapez au moins 2 lettres ou chiffres\.$/, q);
    for (const q of ['m'.repeat(201), 'a b c d e f g h i j k l m'])
      assert.match(await asked(q), /limitée à 200 caractères et 12 mots/);
    assert.equal((await agent.get(of('m'.repeat(200_000)))).status, 431);
    for (const q of ['%', '_', "x'); DROP TABLE accounts; --", '<script>alert(1)</script>', '\\'])
      assert.equal((await agent.get(of(`zz${q}`))).status, 200, q);
  });
});
