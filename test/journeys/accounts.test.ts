import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  ATTACHMENT_EFFECT,
  ATTACHMENT_LIMIT,
  DEACTIVATION_WARNING,
} from '../../src/presenters/account-acts.ts';
import { type AccountRow, accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { clean } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const INTRODUCTION =
  "Vous pouvez, via le formulaire ci-dessous, mettre à jour les droits des personnes de votre organisme ayant déjà un accès sur le portail UCANSS. Si vous souhaitez attribuer des droits à une personne n'ayant pas de compte d'accès au portail UCANSS, vous pouvez créer une nouvelle fiche agent via le bouton « nouveau » ci-dessus.";
const PASSWORD = 'une-phrase-de-passe-longue';

describe('« Gestion des comptes »', () => {
  let portal: TestPortal;
  let admin: Agent;

  before(async () => {
    portal = await startTestPortal();
    admin = createAgent(portal);
    await admin.signIn('wtestportail@test.fr');
  });
  after(async () => {
    admin?.close();
    await portal?.stop();
  });

  const people = async (query: string) =>
    (await admin.get(`/gestion/comptes?taille=100&${query}`)).column('Nom');
  const eventsOf = (account: { id: number }) =>
    portal.db('audit_events').where({ subject_account_id: account.id }).orderBy('id');
  const named = (account: AccountRow) => `${account.first_name} ${account.last_name}`;
  const rolesOf = (account: { id: number }) =>
    portal
      .db('assignments')
      .join('roles', 'roles.id', 'role_id')
      .whereNull('ended_at')
      .where({ account_id: account.id })
      .orderBy('code')
      .pluck('code');
  const find = (account: AccountRow, query = '') =>
    admin.get(`/gestion/comptes?nom=${account.last_name}&${query}`);

  /** Presses a row's button, fills its confirmation, confirms, and comes back to the list. */
  async function act(
    account: AccountRow,
    query: string,
    button: string,
    values: Record<string, string> = {},
  ) {
    const page = await admin.submit(await find(account, query), button);
    return admin.follow(await admin.submit(page, 'Confirmer', values));
  }

  test('R27-R35: the filters have their labels, in fieldsets, and their initial values', async () => {
    const { $, ...page } = await admin
      .get('/gestion/comptes')
      .then((each) => ({ $: each.$, heading: each.heading }));
    assert.equal(page.heading, 'Gestion des comptes');
    const legends = $('fieldset legend')
      .toArray()
      .map((element) => clean($(element).text()));
    assert.deepEqual(legends, [
      'Personnes ayant le rôle',
      'Personne dans mon organisme',
      'Compte',
      'Avec ADD',
    ]);
    const checked = $('input[type=radio][checked]')
      .toArray()
      .map((element) => `${$(element).attr('name')}=${$(element).attr('value')}`);
    assert.deepEqual(checked, ['ayant=oui', 'organisme=oui', 'compte=actif', 'add=oui']);
    for (const [id, label] of [
      ['nom', 'Nom'],
      ['prenom', 'Prénom'],
      ['role', 'Rôle sélectionné'],
    ]) {
      assert.equal(clean($(`label[for=${id}]`).text()), label);
    }
    assert.equal(clean($('#role option').first().text()), 'Aucun');
    assert.equal($('#role option[selected]').attr('value'), '');
  });

  test('the introduction is the guide’s, letter for letter, and « Nouveau » leads to the creation (R48)', async () => {
    const page = await admin.get('/gestion/comptes');
    assert.ok(page.texts('main p').includes(INTRODUCTION));
    const link = page.$('main a').filter((_, element) => clean(page.$(element).text()) === 'Nouveau');
    assert.equal(link.attr('href'), '/gestion/comptes/nouveau');
  });

  test('R29, P3, P3b, P4: the roles are those that can be granted, by application, the reserved ones tagged', async () => {
    const { $ } = await admin.get('/gestion/comptes');
    const codes = $('#role option')
      .toArray()
      .map((option) => String($(option).attr('value')));
    const grantable = await portal
      .db('roles')
      .where({ kind: 'ordinary' })
      .whereNot({ validator: 'free' })
      .whereNull('closed_at')
      .pluck('code');
    assert.deepEqual(codes.filter((code) => code !== '').sort(), grantable.sort());
    assert.match($('#role option[value=sda-administrateur]').text(), /Validation Ucanss/);
    assert.doesNotMatch($('#role option[value=sda-consultation]').text(), /Validation Ucanss/);
    assert.equal($('#role option[value=sda-consultation]').parent('optgroup').attr('label'), 'SDA');
  });

  test('R37: the columns, « Prénom NOM », 10 rows, only my organism', async () => {
    const page = await admin.get('/gestion/comptes');
    assert.deepEqual(page.texts('main thead th'), [
      'Tout',
      'Nom',
      'Organisme',
      'Branches',
      'Mail',
      'Téléphone',
      'Action',
    ]);
    assert.equal(page.rows.length, 10);
    assert.deepEqual([...new Set(page.column('Organisme'))], ['CAF du Jura']);
    assert.deepEqual([...new Set(page.column('Branches'))], ['Branche Famille']);
    assert.match((await people('nom=mantel')).join(), /^Thomas MANTEL/);
    const total = await portal
      .db('accounts')
      .join('organisms', 'organisms.id', 'organism_id')
      .where({ code: 'CAF-391', active: true })
      .count();
    assert.ok(
      page.texts('.filters-sentence')[0]?.endsWith(`: ${total[0]?.count}`),
      page.texts('.filters-sentence')[0],
    );
  });

  test('R28, R36: « Nom » and « Prénom » narrow, without accents or case, and combine', async () => {
    assert.equal((await people('nom=SUPPLEANTE')).length, 1);
    assert.equal((await people('prenom=maud&nom=suppl')).length, 1);
    assert.equal((await people('prenom=thomas&nom=suppl')).length, 0);
    assert.equal((await people('nom=thomas')).length, 0, 'a first name is not a last name');
  });

  test('R30-R32: holders, then those without, are everyone together; the sentence says which', async () => {
    const holders = await people('role=energie-lecteur&ayant=oui');
    const others = await people('role=energie-lecteur&ayant=non');
    assert.equal(holders.length + others.length, (await people('')).length);
    assert.ok(holders.some((name) => name.startsWith('Thomas MANTEL')));
    const page = await admin.get('/gestion/comptes?role=energie-lecteur&ayant=non');
    assert.match(
      page.texts('.filters-sentence').join(),
      /^Personnes actives de CAF du Jura qui n’ont pas Energie Lecteur : \d+$/,
    );
  });

  test('P8: who held the role until yesterday does not have it, whatever the read model still says', async () => {
    const person = await createAccount(portal.db, { last_name: 'ECHU' });
    await grant(portal.db, person, 'energie-lecteur', { ends_on: '2026-11-21' });
    assert.deepEqual(await people('nom=echu&role=energie-lecteur&ayant=oui'), []);
    assert.equal((await people('nom=echu&role=energie-lecteur&ayant=non')).length, 1);
  });

  test('R34: « Inactif » lists the deactivated accounts, and they alone', async () => {
    const inactive = await people('compte=inactif');
    assert.ok(inactive.some((name) => name.startsWith('Paul PARTI')));
    assert.ok(!(await people('')).some((name) => name.startsWith('Paul PARTI')));
  });

  test('R35: « Avec ADD : Non » leaves executives out', async () => {
    const all = await people('');
    const without = await people('add=non');
    assert.ok(all.some((name) => name.startsWith('Odile DIRECTRICE')));
    assert.deepEqual(
      without,
      all.filter((name) => !name.includes('ADD')),
    );
  });

  test('an unknown value shows the page with its default and says so', async () => {
    const page = await admin.get('/gestion/comptes?compte=zzz&role=administrateur-local&x=1');
    assert.equal(page.status, 200);
    assert.equal(page.texts('main .notice-warning').length, 3, page.notices.join(' | '));
    assert.equal(page.rows.length, 10);
  });

  test('R33, R57, P5: outside, a name of two letters is required; no phone, no page, no role', async () => {
    for (const query of ['', 'nom=a', 'nom=1234', 'q=unique']) {
      const page = await admin.get(`/gestion/comptes?organisme=non&${query}`);
      assert.equal(page.$('main table').length, 0, query);
      assert.match(page.texts('.empty').join(), /2 lettres/);
    }
    const page = await admin.get('/gestion/comptes?organisme=non&nom=unique&role=energie-lecteur');
    assert.ok(page.rows.length >= 1);
    assert.equal(page.$('main table tbody a').length, 0);
    assert.deepEqual([...new Set(page.column('Téléphone'))], ['Masqué']);
    assert.equal(page.$('input[name=comptes], input[name=tout]').length, 0, '« Tout » stays inside');
    assert.match(page.notices.join(), /n’est pas pris en compte/);
    assert.ok(!page.column('Organisme').includes('CAF du Jura'));
  });

  test('outside: 50 people at most, and each search leaves an event', async () => {
    const page = await admin.get('/gestion/comptes?organisme=non&prenom=ma&taille=100');
    assert.equal(page.rows.length, 50);
    const event = await portal
      .db('audit_events')
      .where({ action: 'search.outside' })
      .orderBy('id', 'desc')
      .first();
    assert.deepEqual(event.details, { last_name: '', first_name: 'ma', found: 50 });
  });

  test('R38, R39: each row leads to the account page and its history', async () => {
    const thomas = await accountOf(portal.db, 'tmantel@caf39.caf.fr');
    const { $ } = await admin.get('/gestion/comptes?nom=mantel');
    const links = $('main table tbody a')
      .toArray()
      .map((element) => [clean($(element).text()), $(element).attr('href')]);
    assert.deepEqual(links, [
      ['Thomas MANTEL', `/gestion/comptes/${thomas.id}`],
      ['Accéder à la fiche de Thomas MANTEL', `/gestion/comptes/${thomas.id}`],
      [
        "Consulter l'historique des actions sur le compte de Thomas MANTEL",
        `/gestion/comptes/${thomas.id}/historique`,
      ],
    ]);
  });

  test('R41: « Activer des droits » grants the selected role, tells the person, and comes back to the same list', async () => {
    const person = await createAccount(portal.db);
    const page = await act(
      person,
      'role=energie-lecteur&ayant=non',
      `Activer des droits de ${named(person)}`,
      { motif: 'Prise de poste' },
    );
    assert.match(page.notices.join(), /« Energie Lecteur » est accordé à/);
    assert.match(page.path, /role=energie-lecteur&ayant=non|ayant=non/);
    assert.deepEqual(await rolesOf(person), ['energie-lecteur']);
    assert.equal((await eventsOf(person))[0]?.action, 'assignment.granted');
    const message = await portal.db('messages').where({ account_id: person.id }).first();
    assert.equal(message.template, 'role-granted');
  });

  test('P3: a reserved role becomes a request to Ucanss; the screen says so before and after', async () => {
    const person = await createAccount(portal.db);
    const list = await find(person, 'role=sda-administrateur&ayant=non');
    const confirmation = await admin.submit(list, `Activer des droits de ${named(person)}`);
    assert.match(confirmation.texts('main').join(), /validation de l’Ucanss/);
    const page = await admin.follow(await admin.submit(confirmation, 'Confirmer'));
    assert.match(page.notices.join(), /est demandé à l’Ucanss/);
    assert.deepEqual(await rolesOf(person), []);
    const request = await portal.db('requests').where({ account_id: person.id }).first();
    assert.deepEqual([request.status, request.kind], ['pending', 'role']);
    const again = await act(
      person,
      'role=sda-administrateur&ayant=non',
      `Activer des droits de ${named(person)}`,
    );
    assert.match(again.notices.join(), /déjà demandé/);
  });

  test('R40: « Supprimer des droits » removes the selected role, and it alone, reserved or not', async () => {
    const person = await createAccount(portal.db);
    for (const code of ['energie-lecteur', 'sda-administrateur']) await grant(portal.db, person, code);
    await act(person, 'role=sda-administrateur', `Supprimer des droits de ${named(person)}`);
    assert.deepEqual(await rolesOf(person), ['energie-lecteur']);
    const page = await find(person, 'role=energie-lecteur&ayant=oui');
    assert.ok(!page.texts('main table button').some((name) => name.startsWith('Activer')));
  });

  test('R43, R44: « Désactiver » shows A1, asks for a reason, and ends the open sessions at once', async () => {
    const person = await createAccount(portal.db, { password: PASSWORD });
    await grant(portal.db, person, 'energie-lecteur');
    const theirs = createAgent(portal);
    await theirs.signIn(person.email, PASSWORD);
    const confirmation = await admin.submit(await find(person), `Désactiver le compte de ${named(person)}`);
    assert.ok(confirmation.texts('main p').includes(clean(DEACTIVATION_WARNING)));
    const empty = await admin.submit(confirmation, 'Confirmer', { motif: ' ' });
    assert.equal(empty.status, 422);
    assert.match(empty.texts('[data-error-summary]').join(), /motif/);
    const page = await admin.follow(await admin.submit(empty, 'Confirmer', { motif: 'Retraite' }));
    assert.match(page.notices.join(), /est désactivé/);
    assert.equal((await theirs.get('/mes-informations')).status, 303);
    assert.deepEqual(await rolesOf(person), ['energie-lecteur'], 'rights are kept');
    const [event] = (await eventsOf(person)).filter(({ action }) => action === 'account.deactivated');
    assert.deepEqual(event?.details, { reason: 'Retraite' });
    theirs.close();
  });

  test('« Réactiver le compte » from the inactive list', async () => {
    const person = await createAccount(portal.db, { active: false });
    const page = await act(person, 'compte=inactif', `Réactiver le compte de ${named(person)}`);
    assert.match(page.notices.join(), /réactivé/);
    assert.equal((await portal.db('accounts').where({ id: person.id }).first()).active, true);
  });

  test('P1: no act on oneself, offered or sent', async () => {
    const me = await accountOf(portal.db, 'wtestportail@test.fr');
    const page = await admin.get('/gestion/comptes?nom=testportail&role=energie-lecteur&ayant=non');
    assert.deepEqual(page.texts('main table button'), []);
    const _csrf = await admin.token();
    const sent = { _csrf, organisme: 'CAF-391', motif: 'x', role: 'energie-lecteur' };
    for (const path of ['desactivation', 'activation-de-droits', 'suppression-de-droits']) {
      const answer = await admin.follow(await admin.post(`/gestion/comptes/${me.id}/${path}`, sent));
      assert.match(answer.notices.join(), /votre propre compte|vos propres droits/, path);
    }
  });

  test('P2: the last local administrator is neither deactivated nor attached, and the refusal says what to do', async () => {
    const unique = await accountOf(portal.db, 'admin.cpam39@assurance-maladie.fr');
    const confirmation = await admin.submit(
      await admin.get('/gestion/comptes?organisme=non&nom=unique&prenom=celine'),
      'Rattacher Céline UNIQUE à mon organisme',
    );
    assert.match(confirmation.texts('main .notice').join(), /dernier administrateur local/);
    const page = await admin.follow(await admin.submit(confirmation, 'Confirmer'));
    assert.match(page.notices.join(), /Désignez d’abord un autre administrateur local/);
    assert.equal((await accountOf(portal.db, unique.email)).organism_id, unique.organism_id);
  });

  test('P5: a form made for another organism, or an account outside, changes nothing', async () => {
    const person = await createAccount(portal.db);
    const stranger = await createAccount(portal.db, { organism: 'CPAM-391' });
    const _csrf = await admin.token();
    const moved = await admin.post(`/gestion/comptes/${person.id}/desactivation`, {
      _csrf,
      organisme: 'CAF-251',
      motif: 'x',
    });
    assert.equal(moved.status, 422);
    assert.match(moved.text, /Vous êtes passé à un autre organisme/);
    for (const path of [
      'desactivation',
      'reactivation',
      'activation-de-droits?role=energie-lecteur',
      'suppression-de-droits?role=energie-lecteur',
    ]) {
      assert.equal((await admin.get(`/gestion/comptes/${stranger.id}/${path}`)).status, 404, path);
      const sent = { _csrf, organisme: 'CAF-391', motif: 'x', role: 'energie-lecteur' };
      assert.equal(
        (await admin.post(`/gestion/comptes/${stranger.id}/${path.split('?')[0]}`, sent)).status,
        404,
        path,
      );
    }
    assert.equal(
      (await portal.db('accounts').whereIn('id', [person.id, stranger.id]).where({ active: true })).length,
      2,
    );
  });

  test('P3b: « Administrateur local » and the national roles are neither given nor taken here', async () => {
    const person = await createAccount(portal.db);
    const _csrf = await admin.token();
    for (const role of ['administrateur-local', 'administrateur-ucanss', 'auditeur']) {
      for (const path of ['activation-de-droits', 'suppression-de-droits']) {
        const answer = await admin.post(`/gestion/comptes/${person.id}/${path}`, {
          _csrf,
          organisme: 'CAF-391',
          role,
          motif: '',
        });
        assert.equal(answer.status, 404, `${path} ${role}`);
      }
    }
    assert.deepEqual(await rolesOf(person), []);
  });

  test('R58-R64: « Rattacher », its dialog, « Annuler », what follows and what stays', async () => {
    const person = await createAccount(portal.db, { organism: 'CAF-251', last_name: 'VOYAGEUR' });
    await grant(portal.db, person, 'energie-lecteur');
    const request = await createRequest(portal.db, { account: person, role: 'annuaire-add-lecteur' });
    assert.ok(!(await find(person)).texts('main table button').some((name) => name.startsWith('Rattacher')));
    const list = await find(person, 'organisme=non');
    const confirmation = await admin.submit(list, `Rattacher ${named(person)} à mon organisme`);
    assert.equal(confirmation.heading, 'CONFIRMATION DU RATTACHEMENT ?');
    assert.ok(confirmation.texts('main p').includes(clean(ATTACHMENT_EFFECT)));
    assert.ok(confirmation.texts('main').join().includes(clean(ATTACHMENT_LIMIT)));
    assert.ok(!confirmation.text.includes(person.email), 'no view of the account there');
    await admin.follow(await admin.submit(confirmation, 'Annuler'));
    assert.equal((await accountOf(portal.db, person.email)).organism_id, person.organism_id, 'R59');
    const page = await admin.follow(await admin.submit(confirmation, 'Confirmer'));
    assert.match(page.notices.join(), /fait maintenant partie de CAF du Jura/);
    assert.equal((await find(person)).rows.length, 1, 'R60');
    assert.deepEqual(await rolesOf(person), ['energie-lecteur'], 'R62');
    const [right] = await portal.db('assignments').where({ account_id: person.id });
    assert.equal(right.inherited_from, person.organism_id, 'R63');
    const me = await accountOf(portal.db, 'wtestportail@test.fr');
    assert.equal((await portal.db('requests').where({ id: request }).first()).organism_id, me.organism_id);
    const events = (await eventsOf(person))
      .map(({ action }) => action)
      .filter((action) => action !== 'message.sent');
    assert.deepEqual(events, ['account.attached', 'request.moved'], 'R64');
  });

  test('R61: an executive is not attached, and no button offers it', async () => {
    const page = await admin.get('/gestion/comptes?organisme=non&nom=sommet&prenom=yves');
    assert.deepEqual(page.texts('main table button'), []);
    const sommet = await accountOf(portal.db, 'directeur.ucn@urssaf.fr');
    const sent = { _csrf: await admin.token(), organisme: 'CAF-391' };
    const answer = await admin.follow(await admin.post(`/gestion/comptes/${sommet.id}/rattachement`, sent));
    assert.match(answer.notices.join(), /Seuls les agents non ADD/);
  });

  test('R45, R46: « Tout » acts on the whole result; the confirmation and the result account for everyone', async () => {
    for (let rank = 0; rank < 12; rank += 1)
      await createAccount(portal.db, { last_name: `LOT${rank}`, first_name: 'Zoé' });
    const list = await admin.get('/gestion/comptes?prenom=zoe&nom=lot&role=energie-lecteur&ayant=non');
    assert.equal(list.rows.length, 10);
    const confirmation = await admin.submit(list, 'Activer des droits pour la sélection', { tout: 'oui' });
    assert.match(
      clean(confirmation.texts('.confirmation-effect').join()),
      /^12 personnes dans la sélection. « Energie Lecteur » sera activé pour 12 personnes.$/,
    );
    const result = await admin.follow(await admin.submit(confirmation, 'Confirmer'));
    assert.match(result.heading, /^Résultat : Activer des droits pour la sélection$/);
    assert.equal(result.rows.length, 10);
    assert.deepEqual([...new Set(result.column('Résultat'))], ['Droit activé']);
    const batchId = Number(result.path.match(/lots\/(\d+)/)?.[1]);
    const events = await portal.db('audit_events').where({ batch_id: batchId, action: 'assignment.granted' });
    assert.equal(events.length, 12);
    const file = await admin.get(`/gestion/lots/${batchId}/lot.csv`);
    assert.equal(file.text.trim().split('\n').length, 13);
    const other = createAgent(portal);
    await other.signIn('admin.cpam39@assurance-maladie.fr');
    assert.equal((await other.get(`/gestion/lots/${batchId}`)).status, 404, 'P5');
    other.close();
  });

  test('R45: the confirmation says who is left and why; nothing ticked is said; what changed meanwhile is shown again', async () => {
    const holder = await createAccount(portal.db, { last_name: 'RELU', first_name: 'Ana' });
    await createAccount(portal.db, { last_name: 'RELU', first_name: 'Bob' });
    await grant(portal.db, holder, 'energie-lecteur');
    const list = await admin.get('/gestion/comptes?nom=relu&role=energie-lecteur&ayant=oui');
    const none = await admin.follow(await admin.submit(list, 'Supprimer des droits de la sélection'));
    assert.match(none.notices.join(), /Cochez au moins une ligne/);
    const ids = await portal.db('accounts').where({ last_name: 'RELU' }).pluck('id');
    const query = new URLSearchParams({ acte: 'activer', role: 'energie-lecteur' });
    for (const id of ids) query.append('comptes', String(id));
    const confirmation = await admin.get(`/gestion/comptes/selection?${query}`);
    assert.match(confirmation.texts('details').join(' '), /Laissé : a déjà ce rôle : 1 Ana RELU/);
    const whole = await admin.submit(list, 'Supprimer des droits de la sélection', { tout: 'oui' });
    await grant(portal.db, await createAccount(portal.db, { last_name: 'RELU' }), 'energie-lecteur');
    const again = await admin.submit(whole, 'Confirmer');
    assert.equal(again.status, 422);
    assert.match(again.texts('[data-error-summary]').join(), /a changé/);
    assert.deepEqual(await rolesOf(holder), ['energie-lecteur']);
  });

  test('a filter that is not understood acts on nobody', async () => {
    const answer = await admin.get('/gestion/comptes/selection?acte=desactiver&tout=oui&compte=zzz');
    assert.equal(answer.status, 422);
  });

  test('an auditor reads and acts on nothing; a national profile keeps its perimeter', async () => {
    const auditor = createAgent(portal);
    await auditor.signIn('auditeur@ucanss.fr');
    const page = await auditor.get('/gestion/comptes?perimetre=CAF-391');
    assert.deepEqual(page.texts('main table button'), []);
    assert.equal(page.$('main table tbody a').first().attr('href')?.endsWith('?perimetre=CAF-391'), true);
    const national = createAgent(portal);
    await national.signIn('national@ucanss.fr');
    const all = await national.get('/gestion/comptes');
    assert.equal(all.$('input[name=tout]').length, 0, '« Tout » is for one organism');
    assert.match(
      (await national.get('/gestion/comptes?organisme=non&nom=unique')).texts('.empty').join(),
      /Choisissez un organisme/,
    );
    auditor.close();
    national.close();
  });

  test('60 searches outside an hour and account, then 429', async () => {
    const other = createAgent(portal);
    await other.signIn('intercaf@caf.fr');
    for (let rank = 0; rank < 60; rank += 1) {
      assert.equal(
        (await other.get('/gestion/comptes?organisme=non&nom=mantel')).status,
        200,
        `search ${rank + 1}`,
      );
    }
    assert.equal((await other.get('/gestion/comptes?organisme=non&nom=mantel')).status, 429);
    assert.equal((await other.get('/gestion/comptes')).status, 200);
    other.close();
  });
});
