import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createOrganism } from '../factories/organisms.ts';
import { createAgent } from '../tools/agent.ts';
import { clean, type Page } from '../tools/page.ts';
import { R67 } from './guide.ts';
import { useManagement } from './management-stage.ts';

const LIST = '/gestion/administrateurs-locaux';
const NEW = `${LIST}/nouveau`;
const ROLE = 'administrateur-local';

describe('« Les administrateurs locaux »', () => {
  const stage = useManagement();

  test('R5 the menu has « Les administrateurs locaux » and its two lists', async () => {
    const page = await stage.local.get(LIST);
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
    const page = await stage.local.get(LIST);
    assert.equal(page.status, 200);
    assert.equal(page.heading, 'Les administrateurs locaux');
    assert.deepEqual(page.column('Nom'), ['Maud SUPPLÉANTE', 'Welcome TESTPORTAIL']);
    assert.deepEqual(page.column('Email'), ['suppleante@caf39.caf.fr', 'wtestportail@test.fr']);
    assert.match(page.column('Depuis le')[0] ?? '', /^\d{2}\/\d{2}\/\d{4}$/);
    assert.equal(page.column('Désigné par').length, 2);
    assert.equal(page.column('Jusqu’au')[0], 'Sans date de fin');
    assert.equal(page.column('Dernière connexion').length, 2);
    assert.ok(page.texts('main a').includes('Nouvel administrateur local'));

    const elsewhere = await createAccount(stage.portal.db, { organism: 'CPAM-391', last_name: 'VENUE' });
    await grant(stage.portal.db, elsewhere, ROLE, { organism: 'CAF-391' });
    assert.match(
      (await stage.local.get(`${LIST}?q=venue`)).column('Nom').join(),
      /Camille VENUE CPAM du Jura/,
    );
    await stage.portal
      .db('accounts')
      .where({ id: elsewhere.id })
      .update({ active: false, deactivated_at: new Date() });
    const after = await stage.local.get(LIST);
    assert.equal(after.column('Nom').length, 2);
    assert.match(after.text, /Délégations de comptes désactivés/);
    const searched = await stage.local.get(`${LIST}?q=suppleante`);
    assert.deepEqual(searched.column('Nom'), ['Maud SUPPLÉANTE']);
    assert.match(
      searched.texts('[aria-labelledby=dormantes]').join(),
      /Camille VENUE/,
      'no search hides them',
    );
    const form = await stage.local.submit(after, 'Retirer la délégation de Camille VENUE');
    const [notice = ''] = (await stage.local.follow(await stage.local.submit(form, 'Confirmer'))).notices;
    assert.match(notice, /n’est plus administrateur/);
    assert.doesNotMatch(notice, /Voir sa fiche/, 'who administered from elsewhere has no page here (P5)');
  });

  test('R66-R68, R71 « Délégation »: its words, the active people of my organism, pages and search', async () => {
    const page = await stage.local.visit(NEW);
    assert.equal(page.heading, 'Délégation');
    assert.ok(page.texts('main p').includes(R67));
    assert.equal(page.rows.length, 10);
    const active = await stage.portal
      .db('accounts')
      .where({
        active: true,
        organism_id: (await accountOf(stage.portal.db, 'wtestportail@test.fr')).organism_id,
      })
      .pluck('email');
    const all = await stage.local.get(`${NEW}?taille=100`);
    assert.deepEqual(all.column('Email').toSorted(), active.toSorted());
    assert.ok(!all.text.includes('parti@caf39.caf.fr'));
    const found = await stage.local.get(`${NEW}?q=MANTEL%20thomas`);
    assert.deepEqual(found.column('Nom'), ['Thomas MANTEL']);
    const named = await stage.local.get(`${NEW}?q=suppleante`);
    assert.equal(named.column('Action').join(), 'Administrateur local');
  });

  test('R70 « Nouveau » opens the creation and comes back here', async () => {
    const page = await stage.local.get(NEW);
    const link = page.$('main a').filter((_, each) => clean(page.$(each).text()) === 'Nouveau');
    assert.equal(link.attr('href'), `/gestion/comptes/nouveau?retour=${encodeURIComponent(NEW)}`);
  });

  test('R69 naming a person, without script: the effect, then both are told, and the right works at once', async () => {
    const person = await createAccount(stage.portal.db, { last_name: 'DÉSIGNÉE' });
    const list = await stage.local.get(`${NEW}?q=designee`);
    const form = await stage.local.submit(list, 'Désigner Camille DÉSIGNÉE administrateur local');
    assert.equal(form.heading, 'Désigner Camille DÉSIGNÉE administrateur local');
    assert.ok(form.texts('button').includes('Annuler'));
    assert.ok(!(await stage.administers(person.id)));

    const past = await stage.local.submit(form, 'Confirmer', { fin: '2026-11-21', motif: 'Congé' });
    assert.equal(past.status, 422);
    assert.equal(past.$('#motif').val(), 'Congé');
    assert.equal(past.$('[aria-invalid=true]').attr('id'), 'fin');
    assert.ok(!(await stage.administers(person.id)));

    const done = await stage.local.follow(await stage.local.submit(form, 'Confirmer', { fin: '2027-06-30' }));
    assert.equal(done.path, `${NEW}?q=designee`);
    assert.match(
      done.notices.join(),
      /Camille DÉSIGNÉE est administrateur local de la CAF du Jura jusqu’au 30\/06\/2027/,
    );
    assert.ok(await stage.administers(person.id));
    assert.equal((await stage.local.get(`${LIST}?q=designee`)).column('Jusqu’au').join(), '30/06/2027');
    const told = await stage.portal.db('messages').where({ account_id: person.id }).pluck('recipient');
    assert.deepEqual(told.toSorted(), [person.email, 'wtestportail@test.fr'].toSorted());

    const again = await stage.local.follow(await stage.local.submit(form.inOtherTab, 'Confirmer'));
    assert.match(again.notices.join(), /est déjà administrateur local/);
  });

  test('« Retirer la délégation » and « Date de fin », from the list and back to it', async () => {
    const person = await createAccount(stage.portal.db, { last_name: 'RETIRÉE' });
    await grant(stage.portal.db, person, ROLE, { organism: 'CAF-391' });
    const list = await stage.local.get(`${LIST}?q=retiree`);
    const dated = await stage.local.submit(list, 'Date de fin de la délégation de Camille RETIRÉE');
    const after = await stage.local.follow(
      await stage.local.submit(dated, 'Confirmer', { fin: '2027-03-31' }),
    );
    assert.equal(after.path, `${LIST}?q=retiree`);
    assert.match(after.notices.join(), /finira le 31\/03\/2027/);
    assert.equal(after.column('Jusqu’au').join(), '31/03/2027');
    const kept = await stage.local.submit(after, 'Date de fin de la délégation de Camille RETIRÉE');
    assert.equal(kept.$('#fin').val(), '2027-03-31');

    const form = await stage.local.submit(after, 'Retirer la délégation de Camille RETIRÉE');
    assert.equal((await stage.local.follow(await stage.local.submit(form, 'Annuler'))).status, 200);
    assert.ok(await stage.administers(person.id));
    const done = await stage.local.follow(await stage.local.submit(form, 'Confirmer', { motif: 'Mutation' }));
    assert.match(
      done.notices.join(),
      /Camille RETIRÉE n’est plus administrateur local de la CAF du Jura.* Voir sa fiche/,
    );
    assert.ok(!(await stage.administers(person.id)));
    const gone = await stage.local.follow(await stage.local.submit(form.inOtherTab, 'Confirmer'));
    assert.match(gone.notices.join(), /n’est pas, ou n’est plus/);
    const page = await stage.local.get(`${LIST}/${person.id}/retrait`);
    assert.match(page.texts('main .notice').join(), /n’est pas, ou n’est plus/, 'said before, too');
    assert.match(
      (await stage.local.follow(await stage.local.confirmAnyway(page))).notices.join(),
      /n’est plus/,
    );
  });

  test('P1 nobody touches their own delegation', async () => {
    const own = await accountOf(stage.portal.db, 'wtestportail@test.fr');
    assert.ok(
      !(await stage.local.get(LIST)).texts('button').some((name) => name.includes('Welcome TESTPORTAIL')),
    );
    for (const act of ['retrait', 'date-de-fin', 'designation']) {
      const page = await stage.local.get(`${LIST}/${own.id}/${act}`);
      const answer = await stage.local.follow(await stage.local.confirmAnyway(page));
      assert.match(answer.notices.join(), /vos propres droits/, act);
      assert.match(page.texts('main .notice').join(), /vos propres droits/, 'said before, too');
    }
    assert.ok(await stage.administers(own.id));
  });

  test('P2 the last one without an end date: refused to a local administrator, a warning to Ucanss', async () => {
    const home = await createOrganism(stage.portal.db);
    const last = await createAccount(stage.portal.db, { organism: home.id, last_name: 'DERNIÈRE' });
    await grant(stage.portal.db, last, ROLE, { organism: home.code });
    const password = 'une-phrase-de-passe-longue';
    const second = await createAccount(stage.portal.db, { organism: home.id, password });
    await grant(stage.portal.db, second, ROLE, { organism: home.code, ends_on: '2027-01-31' });
    const agent = createAgent(stage.portal);
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
    assert.ok(await stage.administers(last.id));
    const list = await stage.national.get(`${LIST}?perimetre=${home.code}`);
    const form = await stage.national.submit(list, 'Retirer la délégation de Camille DERNIÈRE');
    assert.match(form.text, /l’organisme n’en aura plus/);
    await stage.national.submit(form, 'Confirmer');
    assert.ok(!(await stage.administers(last.id)));
  });

  test('P5 people of elsewhere do not exist; a form of another organism changes nothing', async () => {
    const stranger = await accountOf(stage.portal.db, 'admin.ucn@urssaf.fr');
    const _csrf = await stage.local.token();
    for (const act of ['retrait', 'date-de-fin', 'designation']) {
      assert.equal((await stage.local.get(`${LIST}/${stranger.id}/${act}`)).status, 404);
      assert.equal(
        (await stage.local.post(`${LIST}/${stranger.id}/${act}`, { _csrf, organisme: 'CAF-391', motif: '' }))
          .status,
        404,
      );
      assert.equal((await stage.local.get(`${LIST}/x/${act}`)).status, 404);
    }
    const colleague = await accountOf(stage.portal.db, 'suppleante@caf39.caf.fr');
    const refused = await stage.local.post(`${LIST}/${colleague.id}/retrait`, {
      _csrf,
      organisme: 'CPAM-391',
      motif: '',
    });
    assert.equal(refused.status, 422);
    assert.match(refused.text, /Vous êtes passé à un autre organisme/);
    assert.ok(await stage.administers(colleague.id));
  });

  test('Ucanss chooses the organism first and names its first administrator; an auditor changes nothing', async () => {
    assert.match((await stage.national.get(NEW)).text, /Choisissez un organisme/);
    const home = await createOrganism(stage.portal.db);
    const first = await createAccount(stage.portal.db, { organism: home.id, last_name: 'PREMIÈRE' });
    const page = await stage.national.get(`${NEW}?perimetre=${home.code}`);
    const form = await stage.national.submit(page, 'Désigner Camille PREMIÈRE administrateur local');
    const done = await stage.national.follow(await stage.national.submit(form, 'Confirmer'));
    assert.match(done.path, new RegExp(`perimetre=${home.code}`));
    assert.ok(await stage.administers(first.id));
    const seen = await stage.auditor.get(`${LIST}?perimetre=${home.code}`);
    assert.equal(seen.column('Nom').join(), 'Camille PREMIÈRE');
    assert.ok(!seen.texts('button').some((name) => /délégation/.test(name)));
    assert.equal((await stage.auditor.get(NEW)).status, 403);
    assert.equal((await stage.auditor.get(`${LIST}/${first.id}/retrait?perimetre=${home.code}`)).status, 403);
  });

  test('R65 national profiles see who administers each organism; an act is within the organism of its row', async () => {
    const path = `${LIST}?q=unique%20cpam%20du%20jura`;
    const page = await stage.national.get(path);
    assert.deepEqual(page.column('Nom'), ['Céline UNIQUE']);
    assert.deepEqual(page.column('Organisme'), ['CPAM du Jura']);
    const form = await stage.national.submit(page, 'Retirer la délégation de Céline UNIQUE');
    assert.match(form.text, /n’administrera plus la CPAM du Jura/);
    assert.match(form.path, /perimetre=CPAM-391/);
    const read = await stage.auditor.get(path);
    assert.deepEqual(read.column('Nom'), ['Céline UNIQUE']);
    assert.ok(!read.texts('button').some((name) => /délégation/.test(name)));
    // One line a delegation, whoever the person is, in the order of the organisms.
    const twice = await stage.national.get(`${LIST}?q=deuxcaf&tri=organisme`);
    assert.deepEqual(twice.column('Organisme'), ['CAF de la Haute-Saône', 'CAF du Doubs']);
  });

  test('R70 the first administrator of an organism: « Nouveau » makes the missing person, then one names them', async () => {
    const home = await createOrganism(stage.portal.db);
    const page = await stage.national.get(`/gestion/administrateurs-locaux/nouveau?perimetre=${home.code}`);
    assert.match(page.text, /Personne n’a encore de compte actif dans cet organisme/);
    const link = page.$('main a').filter((_, each) => clean(page.$(each).text()) === 'Nouveau');
    const creation = await stage.national.get(String(link.attr('href')));
    assert.equal(creation.heading, "Création d'un compte");
    const button = creation.texts('main form button').find((name) => /Créer|Enregistrer/.test(name)) ?? '';
    const identity = { nom: 'Toute', prenom: 'Première', email: 'premiere@test.fr' };
    const back = await stage.national.follow(await stage.national.submit(creation, button, identity));
    assert.match(
      back.path,
      new RegExp(`^/gestion/administrateurs-locaux/nouveau\\?.*perimetre=${home.code}`),
    );
    assert.deepEqual(back.column('Nom'), ['Première TOUTE']);
    const form = await stage.national.submit(back, 'Désigner Première TOUTE administrateur local');
    const done = await stage.national.follow(await stage.national.submit(form, 'Confirmer'));
    assert.match(
      done.notices.join(),
      new RegExp(`Première TOUTE est administrateur local de l’${home.name}`),
    );
    const list = await stage.national.get(`/gestion/administrateurs-locaux?perimetre=${home.code}`);
    assert.deepEqual(list.column('Nom'), ['Première TOUTE']);
  });
});
