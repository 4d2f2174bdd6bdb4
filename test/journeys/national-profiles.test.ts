import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { routes } from '../../src/routes/index.ts';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { readCsv, readPdf, readWorkbook } from '../tools/files.ts';
import { clean, type Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const LIST = '/gestion/profils-nationaux';
const NEW = `${LIST}/nouveau`;
const patternOf = (path: string) => new RegExp(`^${path.replace(/:\\w+/g, '\\\\d+')}$`);
const PASSWORD = 'une-phrase-de-passe-longue';

describe('« Profils nationaux »', () => {
  let portal: TestPortal;
  let national: Agent;
  let auditor: Agent;

  const signedIn = async (email: string, password?: string): Promise<Agent> => {
    const agent = createAgent(portal);
    await agent.signIn(email, password);
    return agent;
  };

  before(async () => {
    portal = await startTestPortal();
    national = await signedIn('national@ucanss.fr');
    auditor = await signedIn('auditeur@ucanss.fr');
  });
  after(async () => {
    national?.close();
    auditor?.close();
    await portal?.stop();
  });

  const profilesOf = (account: { id: number }): Promise<string[]> =>
    portal
      .db('assignments')
      .join('roles', 'roles.id', 'role_id')
      .where({ account_id: account.id, kind: 'national' })
      .whereNull('ended_at')
      .pluck('code');
  const messagesTo = (recipient: string): Promise<string[]> =>
    portal.db('messages').where({ recipient }).orderBy('id').pluck('template');

  test('who holds a national role, since when, by whom, until when, last sign-in; an auditor has no act', async () => {
    for (const agent of [national, auditor]) {
      const page = await agent.get(LIST);
      assert.equal(page.status, 200);
      assert.equal(page.heading, 'Profils nationaux');
      assert.match(page.column('Nom').join(), /Aude AUDIT.*Noé NATIONAL/);
      assert.deepEqual(page.column('Profil'), ['Auditeur', 'Administrateur Ucanss']);
      assert.match(page.column('Depuis le')[0] ?? '', /^\d{2}\/\d{2}\/\d{4}$/);
      assert.equal(page.column('Jusqu’au')[0], 'Sans date de fin');
      assert.match(page.column('Dernière connexion')[0] ?? '', /22\/11\/2026/);
      assert.equal(
        page.texts('nav[aria-label="Menu principal"] [aria-current=page]').join(),
        'Profils nationaux',
      );
    }
    const read = await auditor.get(LIST);
    assert.ok(!read.texts('main button').some((name) => /profil de/.test(name)));
    assert.ok(!read.texts('main a').includes('Donner un profil national'));
    assert.equal((await auditor.get(NEW)).status, 403);
    const own = (await national.get(LIST)).texts('main button').filter((name) => /NATIONAL/.test(name));
    assert.deepEqual(own, [], 'P1: nothing to press on one’s own row');
    const local = await signedIn('wtestportail@test.fr');
    assert.equal((await local.get(LIST)).status, 403);
    assert.ok(!(await local.get('/gestion/etat')).texts('.side-title').includes('National'));
    local.close();
  });

  test('every page of management takes a perimeter, and tells one that it does not know', async () => {
    const person = await accountOf(portal.db, 'tmantel@caf39.caf.fr');
    const pages = routes
      .filter(({ method, access }) => method === 'get' && /^(management|national)/.test(access))
      .map(({ path }) => path.replace(/^(\/gestion\/comptes)\/:id/, `$1/${person.id}`))
      .filter((path) => !path.includes(':') && !/\.(xlsx|pdf|csv)$/.test(path));
    assert.ok(pages.length > 20, pages.join(' '));
    for (const path of pages) {
      for (const agent of [national, auditor]) {
        const wrong = await agent.visit(`${path}?perimetre=INCONNU`);
        if (wrong.status === 403) continue;
        assert.ok(wrong.status === 200 || wrong.status === 422, `${path}: ${wrong.status}`);
        const told = wrong.notices.filter((notice) => notice.includes('Ce périmètre est inconnu'));
        assert.equal(told.length, 1, `${path}: ${wrong.notices.join()}`);
        const right = await agent.visit(`${path}?perimetre=CAF-391`);
        // Who is of the organism is not attached to it; an act on a role says which one.
        const status = path.endsWith('/rattachement') ? 404 : path.endsWith('-de-droits') ? 422 : 200;
        assert.equal(right.status, status, path);
        assert.match(right.texts('header.top').join(), /CAF du Jura/, path);
        assert.doesNotMatch(right.notices.join(), /périmètre est inconnu/, path);
      }
    }
  });

  test('an auditor meets nothing to press that changes anything, nor any way to it', async () => {
    const person = await accountOf(portal.db, 'tmantel@caf39.caf.fr');
    const isRead = ({ method, access }: (typeof routes)[number]) =>
      method === 'get' && /^(management|national)$/.test(access);
    const read = routes.filter(isRead);
    const known = new Set(read.map(({ path }) => path));
    const refused = routes
      .filter(({ access, path }) => access.endsWith('-act') && !known.has(path))
      .map(({ path }) => patternOf(path));
    let pages = 0;
    for (const { path } of read) {
      if (/\.(xlsx|pdf|csv)$/.test(path)) continue;
      const address = path.replace(/^(\/gestion\/comptes)\/:id/, `$1/${person.id}`);
      if (address.includes(':')) continue;
      const page = await auditor.visit(`${address}?perimetre=CAF-391`);
      assert.equal(page.status, 200, address);
      pages += 1;
      const forms = page
        .$('main form')
        .toArray()
        .map((form) => page.$(form));
      for (const form of forms) assert.equal(form.attr('method'), 'get', `${address}: ${clean(form.text())}`);
      const ways = [
        ...forms.map((form) => form.attr('action') ?? ''),
        ...page
          .$('main a')
          .toArray()
          .map((link) => page.$(link).attr('href') ?? ''),
      ].map((way) => way.split('?')[0] ?? '');
      assert.deepEqual(
        ways.filter((way) => refused.some((pattern) => pattern.test(way))),
        [],
        address,
      );
    }
    assert.ok(pages > 12, `${pages} pages`);
  });

  test('search, sorts, pages, unknown criteria; the exports hold what is filtered, and are traced', async () => {
    assert.deepEqual((await national.get(`${LIST}?q=auditeur`)).rows.length, 1);
    assert.match((await national.get(`${LIST}?q=introuvable`)).text, /Aucun profil national ne correspond/);
    for (const sort of ['nom', 'profil', 'depuis', 'par', 'fin', 'connexion']) {
      for (const way of ['asc', 'desc']) {
        assert.equal((await national.get(`${LIST}?tri=${sort}&sens=${way}`)).rows.length, 2, sort);
      }
    }
    const up = await national.get(`${LIST}?tri=profil`);
    assert.deepEqual(up.column('Profil'), ['Administrateur Ucanss', 'Auditeur']);
    const odd = await national.get(`${LIST}?tri=x&page=y&inconnu=1`);
    assert.deepEqual([odd.status, odd.notices.length], [200, 3]);
    const csv = await auditor.get(`${LIST}.csv?q=auditeur`);
    assert.match(String(csv.headers['content-disposition']), /profils-nationaux_tous_2026-11-22\.csv/);
    const [header, ...rows] = readCsv(csv.bytes);
    assert.deepEqual(header?.slice(0, 6), ['Nom', 'Prénom', 'Email', 'Organisme', 'Compte', 'Profil']);
    assert.deepEqual(
      rows.map(([name]) => name),
      ['AUDIT'],
    );
    const sheets = readWorkbook((await national.get(`${LIST}.xlsx`)).bytes);
    assert.equal(sheets.get('Profils nationaux')?.length, 3);
    assert.match((await readPdf((await national.get(`${LIST}.pdf`)).bytes)).join(), /NATIONAL/);
    assert.equal((await national.get(`${LIST}.csv?tri=x`)).status, 422);
    const event = await portal
      .db('audit_events')
      .where({ action: 'export.started' })
      .orderBy('id', 'desc')
      .first();
    assert.equal(event.details.list, 'profils-nationaux');
  });

  test('« Donner un profil national », without script: search, effect, errors, then it works at once', async () => {
    const person = await createAccount(portal.db, {
      ...{ organism: 'CPAM-391', last_name: 'PROMUE', email: 'promue@test.fr', password: PASSWORD },
    });
    await createAccount(portal.db, { organism: 'CPAM-391', last_name: 'PROMUEJADIS', active: false });
    const theirs = await signedIn(person.email, PASSWORD);
    assert.equal((await theirs.get(LIST)).status, 403);
    const empty = await national.submit(await national.get(NEW), 'Rechercher', { q: 'p' });
    assert.match(empty.text, /au moins deux lettres/);
    assert.equal(empty.rows.length, 0);
    const found = await national.submit(empty, 'Rechercher', { q: 'promue' });
    assert.deepEqual(found.column('Nom'), ['Camille PROMUE']);
    assert.deepEqual((await national.get(`${NEW}?q=promue@test.fr`)).column('Organisme'), ['CPAM du Jura']);
    const form = await national.submit(found, 'Donner un profil national à Camille PROMUE');
    assert.equal(form.heading, 'Donner un profil national à Camille PROMUE');
    assert.ok(form.texts('button').includes('Annuler'));

    const faulty = await national.submit(form, 'Confirmer', { fin: '2026-11-21', motif: 'Renfort' });
    assert.equal(faulty.status, 422);
    assert.equal(faulty.$('#motif').val(), 'Renfort');
    assert.match(faulty.texts('.error-summary').join(), /2 erreurs.*Choisissez le profil.*date à venir/);
    assert.deepEqual(await profilesOf(person), []);

    const given = { role: 'auditeur', fin: '2026-11-22', motif: 'Renfort' };
    const done = await national.follow(await national.submit(form, 'Confirmer', given));
    assert.equal(done.path, `${NEW}?perimetre=tous&q=promue`);
    assert.match(done.notices.join(), /Camille PROMUE a le profil « Auditeur » jusqu’au 22\/11\/2026 inclus/);
    assert.match(done.column('Nom').join(), /Auditeur/);
    assert.deepEqual(await profilesOf(person), ['auditeur']);
    assert.deepEqual(await messagesTo(person.email), ['role-granted']);
    assert.equal(
      (await theirs.get(LIST)).status,
      200,
      'the open session has the profile, on its last day too',
    );
    const again = await national.follow(await national.submit(form.inOtherTab, 'Confirmer', given));
    assert.match(again.notices.join(), /a déjà le profil « Auditeur »/);
    theirs.close();
  });

  test('« Date de fin » and « Retirer le profil de … »: an open session loses it at its next request', async () => {
    const person = await createAccount(portal.db, { last_name: 'RETIRÉE', password: PASSWORD });
    await grant(portal.db, person, 'administrateur-ucanss');
    const theirs = await signedIn(person.email, PASSWORD);
    assert.equal((await theirs.get(NEW)).status, 200);
    const list = await national.get(`${LIST}?q=retiree&perimetre=CAF-391`);
    const dated = await national.submit(list, 'Date de fin du profil de Camille RETIRÉE');
    const after = await national.follow(await national.submit(dated, 'Confirmer', { fin: '2027-03-31' }));
    assert.match(after.path, /q=retiree/);
    assert.match(after.path, /perimetre=CAF-391/);
    assert.match(after.notices.join(), /finira le 31\/03\/2027 inclus/);
    assert.equal(after.column('Jusqu’au').join(), '31/03/2027');

    const form = await national.submit(after, 'Retirer le profil de Camille RETIRÉE');
    assert.equal((await national.follow(await national.submit(form, 'Annuler'))).status, 200);
    assert.deepEqual(await profilesOf(person), ['administrateur-ucanss']);
    const done = await national.follow(await national.submit(form, 'Confirmer', { motif: 'Fin de mission' }));
    assert.match(done.notices.join(), /Camille RETIRÉE n’a plus le profil « Administrateur Ucanss »/);
    assert.equal((await theirs.get(NEW)).status, 403);
    assert.deepEqual(await messagesTo(person.email), ['end-date-changed', 'national-role-removed']);
    const gone = await national.follow(await national.submit(form.inOtherTab, 'Confirmer'));
    assert.match(gone.notices.join(), /lui a été retiré entre-temps/);
    assert.deepEqual(await profilesOf(person), []);
    theirs.close();
  });

  test('the last administrateur Ucanss: said before, refused after, on the page of accounts too', async () => {
    const last = await accountOf(portal.db, 'national@ucanss.fr');
    const second = await createAccount(portal.db, { last_name: 'SECONDE', password: PASSWORD });
    await grant(portal.db, second, 'administrateur-ucanss', { ends_on: '2027-01-31' });
    const agent = await signedIn(second.email, PASSWORD);
    const list = await agent.get(LIST);
    for (const [button, send] of [
      ['Retirer le profil de Noé NATIONAL', (form: Page) => agent.confirmAnyway(form)],
      [
        'Date de fin du profil de Noé NATIONAL',
        (form: Page) => agent.submit(form, 'Confirmer', { fin: '2027-01-01' }),
      ],
    ] as const) {
      const form = await agent.submit(list, button);
      assert.match(form.text, /est le dernier administrateur Ucanss sans date de fin/, button);
      const answer = await agent.follow(await send(form));
      assert.match(answer.notices.join(), /Donnez d’abord ce profil/, button);
    }
    const form = await agent.get(`/gestion/comptes/${last.id}/desactivation`);
    assert.match(form.text, /est le dernier administrateur Ucanss sans date de fin/);
    const answer = await agent.follow(
      await agent.confirmAnyway(form, { organisme: 'tous', motif: 'Départ' }),
    );
    assert.match(answer.notices.join(), /dernier administrateur Ucanss/);
    assert.deepEqual(await profilesOf(last), ['administrateur-ucanss']);
    agent.close();
  });

  test('P1, P3b oneself, other roles and forged identifiers', async () => {
    const own = await accountOf(portal.db, 'national@ucanss.fr');
    const self = await national.get(`${LIST}/${own.id}/attribution`);
    const refused = await national.follow(await national.confirmAnyway(self, { role: 'auditeur' }));
    assert.match(refused.notices.join(), /votre propre profil national/);
    const person = await createAccount(portal.db);
    const ordinary = await grant(portal.db, person, 'energie-lecteur');
    const _csrf = await national.token();
    for (const act of ['retrait', 'date-de-fin']) {
      for (const id of [String(ordinary), '999999999', 'x']) {
        assert.equal((await national.get(`${LIST}/${id}/${act}`)).status, 404, `${id}/${act}`);
        assert.equal((await national.post(`${LIST}/${id}/${act}`, { _csrf })).status, 404, `${id}/${act}`);
      }
    }
    for (const role of ['energie-lecteur', 'administrateur-local', '']) {
      const answer = await national.post(`${LIST}/${person.id}/attribution`, { _csrf, role });
      assert.equal(answer.status, 422, role);
    }
    assert.deepEqual(await profilesOf(person), []);
  });
});
