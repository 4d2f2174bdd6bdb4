import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createOrganism } from '../factories/organisms.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { readCsv, readPdf, readWorkbook } from '../tools/files.ts';
import { clean, type Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { R67 } from './guide.ts';

const LIST = '/gestion/administrateurs-locaux';
const NEW = `${LIST}/nouveau`;
const ALL = `${LIST}/tous`;
const ROLE = 'administrateur-local';

describe('« Les administrateurs locaux »', () => {
  let portal: TestPortal;
  let local: Agent;
  let other: Agent;
  let alone: Agent;
  let national: Agent;
  let auditor: Agent;

  const signedIn = async (email: string): Promise<Agent> => {
    const agent = createAgent(portal);
    await agent.signIn(email);
    return agent;
  };

  before(async () => {
    portal = await startTestPortal();
    local = await signedIn('wtestportail@test.fr');
    other = await signedIn('suppleante@caf39.caf.fr');
    alone = await signedIn('admin.cpam39@assurance-maladie.fr');
    national = await signedIn('national@ucanss.fr');
    auditor = await signedIn('auditeur@ucanss.fr');
  });
  after(async () => {
    for (const agent of [local, other, alone, national, auditor]) agent.close();
    await portal.stop();
  });

  const administers = async (id: number): Promise<boolean> =>
    (await portal
      .db('assignments')
      .first('id')
      .where({ account_id: id, role_kind: 'local_administrator' })
      .whereNull('ended_at')) !== undefined;

  test('R5 the menu has « Les administrateurs locaux » and its two lists', async () => {
    const page = await local.get(LIST);
    const menu = page.texts('nav[aria-label="Menu principal"] a');
    for (const label of [
      'Les administrateurs locaux',
      'Administrateurs locaux',
      'Tous les administrateurs locaux',
    ]) {
      assert.ok(menu.includes(label), label);
    }
    assert.equal(
      page.texts('nav[aria-label="Menu principal"] [aria-current=page]').join(),
      'Administrateurs locaux',
    );
  });

  test('R65 who administers my organism, live, with since when, by whom, until when, last sign-in', async () => {
    const page = await local.get(LIST);
    assert.equal(page.status, 200);
    assert.equal(page.heading, 'Les administrateurs locaux');
    assert.deepEqual(page.column('Nom'), ['Maud SUPPLÉANTE', 'Welcome TESTPORTAIL']);
    assert.deepEqual(page.column('Email'), ['suppleante@caf39.caf.fr', 'wtestportail@test.fr']);
    assert.match(page.column('Depuis le')[0] ?? '', /^\d{2}\/\d{2}\/\d{4}$/);
    assert.equal(page.column('Désigné par').length, 2);
    assert.equal(page.column('Jusqu’au')[0], 'Sans date de fin');
    assert.equal(page.column('Dernière connexion').length, 2);
    assert.ok(page.texts('main a').includes('Nouvel administrateur local'));

    const elsewhere = await createAccount(portal.db, { organism: 'CPAM-391', last_name: 'VENUE' });
    await grant(portal.db, elsewhere, ROLE, { organism: 'CAF-391' });
    assert.match((await local.get(`${LIST}?q=venue`)).column('Nom').join(), /Camille VENUE CPAM du Jura/);
    await portal
      .db('accounts')
      .where({ id: elsewhere.id })
      .update({ active: false, deactivated_at: new Date() });
    const after = await local.get(LIST);
    assert.equal(after.column('Nom').length, 2);
    assert.match(after.text, /Délégations de comptes désactivés/);
    const form = await local.submit(after, 'Retirer la délégation de Camille VENUE');
    assert.match(
      (await local.follow(await local.submit(form, 'Confirmer'))).notices.join(),
      /n’est plus administrateur/,
    );
  });

  test('R66-R68, R71 « Délégation »: its words, the active people of my organism, pages and search', async () => {
    const page = await local.visit(NEW);
    assert.equal(page.heading, 'Délégation');
    assert.ok(page.texts('main p').includes(R67));
    assert.equal(page.rows.length, 10);
    const active = await portal
      .db('accounts')
      .where({ active: true, organism_id: (await accountOf(portal.db, 'wtestportail@test.fr')).organism_id })
      .pluck('email');
    const all = await local.get(`${NEW}?taille=100`);
    assert.deepEqual(all.column('Email').toSorted(), active.toSorted());
    assert.ok(!all.text.includes('parti@caf39.caf.fr'));
    const found = await local.get(`${NEW}?q=MANTEL%20thomas`);
    assert.deepEqual(found.column('Nom'), ['Thomas MANTEL']);
    const named = await local.get(`${NEW}?q=suppleante`);
    assert.equal(named.column('Action').join(), 'Administrateur local');
  });

  test('R70 « Nouveau » opens the creation and comes back here', async () => {
    const page = await local.get(NEW);
    const link = page.$('main a').filter((_, each) => clean(page.$(each).text()) === 'Nouveau');
    assert.equal(link.attr('href'), `/gestion/comptes/nouveau?retour=${encodeURIComponent(NEW)}`);
  });

  test('R69 naming a person, without script: the effect, then both are told, and the right works at once', async () => {
    const person = await createAccount(portal.db, { last_name: 'DÉSIGNÉE' });
    const list = await local.get(`${NEW}?q=designee`);
    const form = await local.submit(list, 'Désigner Camille DÉSIGNÉE administrateur local');
    assert.equal(form.heading, 'Désigner Camille DÉSIGNÉE administrateur local');
    assert.ok(form.texts('button').includes('Annuler'));
    assert.ok(!(await administers(person.id)));

    const past = await local.submit(form, 'Confirmer', { fin: '2026-11-21', motif: 'Congé' });
    assert.equal(past.status, 422);
    assert.equal(past.$('#motif').val(), 'Congé');
    assert.equal(past.$('[aria-invalid=true]').attr('id'), 'fin');
    assert.ok(!(await administers(person.id)));

    const done = await local.follow(await local.submit(form, 'Confirmer', { fin: '2027-06-30' }));
    assert.equal(done.path, `${NEW}?q=designee`);
    assert.match(
      done.notices.join(),
      /Camille DÉSIGNÉE est administrateur local de CAF du Jura jusqu’au 30\/06\/2027/,
    );
    assert.ok(await administers(person.id));
    assert.equal((await local.get(`${LIST}?q=designee`)).column('Jusqu’au').join(), '30/06/2027');
    const told = await portal.db('messages').where({ account_id: person.id }).pluck('recipient');
    assert.deepEqual(told.toSorted(), [person.email, 'wtestportail@test.fr'].toSorted());

    const again = await local.follow(await local.submit(form.inOtherTab, 'Confirmer'));
    assert.match(again.notices.join(), /est déjà administrateur local/);
  });

  test('« Retirer la délégation » and « Date de fin », from the list and back to it', async () => {
    const person = await createAccount(portal.db, { last_name: 'RETIRÉE' });
    await grant(portal.db, person, ROLE, { organism: 'CAF-391' });
    const list = await local.get(`${LIST}?q=retiree`);
    const dated = await local.submit(list, 'Date de fin de la délégation de Camille RETIRÉE');
    const after = await local.follow(await local.submit(dated, 'Confirmer', { fin: '2027-03-31' }));
    assert.equal(after.path, `${LIST}?q=retiree`);
    assert.match(after.notices.join(), /finira le 31\/03\/2027/);
    assert.equal(after.column('Jusqu’au').join(), '31/03/2027');
    const kept = await local.submit(after, 'Date de fin de la délégation de Camille RETIRÉE');
    assert.equal(kept.$('#fin').val(), '2027-03-31');

    const form = await local.submit(after, 'Retirer la délégation de Camille RETIRÉE');
    assert.equal((await local.follow(await local.submit(form, 'Annuler'))).status, 200);
    assert.ok(await administers(person.id));
    const done = await local.follow(await local.submit(form, 'Confirmer', { motif: 'Mutation' }));
    assert.match(done.notices.join(), /Camille RETIRÉE n’est plus administrateur local de CAF du Jura/);
    assert.ok(!(await administers(person.id)));
    const gone = await local.follow(await local.submit(form.inOtherTab, 'Confirmer'));
    assert.match(gone.notices.join(), /n’est pas, ou n’est plus/);
    const page = await local.get(`${LIST}/${person.id}/retrait`);
    assert.match(page.texts('main .notice').join(), /n’est pas, ou n’est plus/, 'said before, too');
    assert.match((await local.follow(await local.confirmAnyway(page))).notices.join(), /n’est plus/);
  });

  test('P1 nobody touches their own delegation', async () => {
    const own = await accountOf(portal.db, 'wtestportail@test.fr');
    assert.ok(!(await local.get(LIST)).texts('button').some((name) => name.includes('Welcome TESTPORTAIL')));
    for (const act of ['retrait', 'date-de-fin', 'designation']) {
      const page = await local.get(`${LIST}/${own.id}/${act}`);
      const answer = await local.follow(await local.confirmAnyway(page));
      assert.match(answer.notices.join(), /vos propres droits/, act);
      assert.match(page.texts('main .notice').join(), /vos propres droits/, 'said before, too');
    }
    assert.ok(await administers(own.id));
  });

  test('P2 the last one without an end date: refused to a local administrator, a warning to Ucanss', async () => {
    const home = await createOrganism(portal.db);
    const last = await createAccount(portal.db, { organism: home.id, last_name: 'DERNIÈRE' });
    await grant(portal.db, last, ROLE, { organism: home.code });
    const password = 'une-phrase-de-passe-longue';
    const second = await createAccount(portal.db, { organism: home.id, password });
    await grant(portal.db, second, ROLE, { organism: home.code, ends_on: '2027-01-31' });
    const agent = createAgent(portal);
    await agent.signIn(second.email, password);
    for (const [button, send] of [
      [
        'Retirer la délégation de Camille DERNIÈRE',
        (form: Page) => agent.confirmAnyway(form, { organisme: home.code }),
      ],
      [
        'Date de fin de la délégation de Camille DERNIÈRE',
        (form: Page) => agent.submit(form, 'Confirmer', { fin: '2027-01-01' }),
      ],
    ] as const) {
      const form = await agent.submit(await agent.get(LIST), button);
      assert.match(form.text, /est le dernier administrateur local sans date de fin/);
      const answer = await agent.follow(await send(form));
      assert.match(answer.notices.join(), /Désignez d’abord un autre administrateur local/);
    }
    agent.close();
    assert.ok(await administers(last.id));
    const list = await national.get(`${LIST}?perimetre=${home.code}`);
    const form = await national.submit(list, 'Retirer la délégation de Camille DERNIÈRE');
    assert.match(form.text, /l’organisme n’en aura plus/);
    await national.submit(form, 'Confirmer');
    assert.ok(!(await administers(last.id)));
  });

  test('P5 people of elsewhere do not exist; a form of another organism changes nothing', async () => {
    const stranger = await accountOf(portal.db, 'admin.ucn@urssaf.fr');
    const _csrf = await local.token();
    for (const act of ['retrait', 'date-de-fin', 'designation']) {
      assert.equal((await local.get(`${LIST}/${stranger.id}/${act}`)).status, 404);
      assert.equal(
        (await local.post(`${LIST}/${stranger.id}/${act}`, { _csrf, organisme: 'CAF-391', motif: '' }))
          .status,
        404,
      );
      assert.equal((await local.get(`${LIST}/x/${act}`)).status, 404);
    }
    const colleague = await accountOf(portal.db, 'suppleante@caf39.caf.fr');
    const refused = await local.post(`${LIST}/${colleague.id}/retrait`, {
      _csrf,
      organisme: 'CPAM-391',
      motif: '',
    });
    assert.equal(refused.status, 422);
    assert.match(refused.text, /Vous êtes passé à un autre organisme/);
    assert.ok(await administers(colleague.id));
  });

  test('Ucanss chooses the organism first and names its first administrator; an auditor changes nothing', async () => {
    assert.match((await national.get(NEW)).text, /Choisissez un organisme/);
    const home = await createOrganism(portal.db);
    const first = await createAccount(portal.db, { organism: home.id, last_name: 'PREMIÈRE' });
    const page = await national.get(`${NEW}?perimetre=${home.code}`);
    const form = await national.submit(page, 'Désigner Camille PREMIÈRE administrateur local');
    const done = await national.follow(await national.submit(form, 'Confirmer'));
    assert.match(done.path, new RegExp(`perimetre=${home.code}`));
    assert.ok(await administers(first.id));
    const seen = await auditor.get(`${LIST}?perimetre=${home.code}`);
    assert.equal(seen.column('Nom').join(), 'Camille PREMIÈRE');
    assert.ok(!seen.texts('button').some((name) => /délégation/.test(name)));
    assert.equal((await auditor.get(NEW)).status, 403);
    assert.equal((await auditor.get(`${LIST}/${first.id}/retrait?perimetre=${home.code}`)).status, 403);
  });

  test('R65 national profiles see who administers each organism; an act is within the organism of its row', async () => {
    const path = `${LIST}?q=unique%20cpam%20du%20jura`;
    const page = await national.get(path);
    assert.deepEqual(page.column('Nom'), ['Céline UNIQUE']);
    assert.deepEqual(page.column('Organisme'), ['CPAM du Jura']);
    const form = await national.submit(page, 'Retirer la délégation de Céline UNIQUE');
    assert.match(form.text, /n’administrera plus CPAM du Jura/);
    assert.match(form.path, /perimetre=CPAM-391/);
    const read = await auditor.get(path);
    assert.deepEqual(read.column('Nom'), ['Céline UNIQUE']);
    assert.ok(!read.texts('button').some((name) => /délégation/.test(name)));
    // One line a delegation, whoever the person is, in the order of the organisms.
    const twice = await national.get(`${LIST}?q=deuxcaf&tri=organisme`);
    assert.deepEqual(twice.column('Organisme'), ['CAF de la Haute-Saône', 'CAF du Doubs']);
  });

  test('R72 every organism’s administrators, to every local administrator; those without stand out', async () => {
    const bare = await createOrganism(portal.db, { name: 'Caisse sans personne', department: '976' });
    for (const agent of [local, alone, national, auditor]) {
      const page = await agent.get(`${ALL}?q=unique%20celine`);
      assert.equal(page.heading, 'Tous les administrateurs locaux');
      assert.deepEqual(page.column('Organisme'), ['CPAM du Jura']);
      assert.deepEqual(page.column('Nom'), ['Céline UNIQUE']);
      assert.deepEqual(page.column('Email'), ['admin.cpam39@assurance-maladie.fr']);
      assert.equal(page.column('Téléphone').length, 1);
    }
    const alike = await local.get(`${ALL}?q=caisse%20sans%20personne`);
    assert.deepEqual(
      [alike.column('Organisme'), alike.column('Nom')],
      [[bare.name], ['Aucun administrateur local']],
    );
    const without = await local.get(`${ALL}?sans=oui&taille=100`);
    assert.ok(without.column('Organisme').includes(bare.name));
    assert.ok(without.column('Nom').every((name) => name === 'Aucun administrateur local'));
    const ours = await local.get(`${ALL}?departement=39&branche=Famille&taille=100`);
    assert.ok(ours.column('Département').every((code) => code === '39'));
    assert.ok(ours.column('Branche').every((label) => label === 'Branche Famille'));
    assert.ok(ours.column('Nom').includes('Maud SUPPLÉANTE'));
    const odd = await local.get(`${ALL}?branche=x&departement=y&sans=z`);
    assert.equal(odd.status, 200);
    assert.equal(odd.notices.length, 3);
  });

  test('R72 a deactivated or outdated administrator leaves the directory', async () => {
    const home = await createOrganism(portal.db, { name: 'Caisse éphémère' });
    const person = await createAccount(portal.db, { organism: home.id });
    const id = await grant(portal.db, person, ROLE, { organism: home.code });
    const names = async () => (await local.get(`${ALL}?q=ephemere`)).column('Nom').join();
    assert.equal(await names(), `Camille ${person.last_name}`);
    await portal.db('assignments').where({ id }).update({ ends_on: '2026-11-21' });
    assert.equal(await names(), 'Aucun administrateur local');
    await portal.db('assignments').where({ id }).update({ ends_on: '2026-11-22' });
    await portal
      .db('accounts')
      .where({ id: person.id })
      .update({ active: false, deactivated_at: new Date() });
    assert.equal(await names(), 'Aucun administrateur local');
  });

  test('R72 the exports hold what the filters select, and are traced', async () => {
    const query = '?departement=39';
    const csv = await local.get(`${ALL}.csv${query}`);
    assert.match(String(csv.headers['content-disposition']), /administrateurs-locaux_tous_2026-11-22\.csv/);
    const rows = readCsv(csv.bytes);
    assert.deepEqual(rows[0], ['Organisme', 'Branche', 'Département', 'Nom', 'Prénom', 'Email', 'Téléphone']);
    const names = rows.slice(1).map((row) => row[3]);
    for (const name of ['TESTPORTAIL', 'SUPPLÉANTE', 'UNIQUE']) assert.ok(names.includes(name), name);
    assert.equal(rows.length - 1, (await local.get(`${ALL}${query}&taille=100`)).rows.length);
    const sheets = readWorkbook((await local.get(`${ALL}.xlsx${query}`)).bytes);
    assert.equal(sheets.get('Administrateurs locaux')?.length, rows.length);
    assert.match((await readPdf((await local.get(`${ALL}.pdf${query}`)).bytes)).join(), /SUPPLÉANTE/);
    assert.equal((await local.get(`${ALL}.csv?branche=inconnue`)).status, 422);
    const [event] = await portal
      .db('audit_events')
      .where({ action: 'export.started' })
      .orderBy('id', 'desc')
      .limit(1);
    assert.equal(event.details.list, 'administrateurs-locaux');
  });
});
