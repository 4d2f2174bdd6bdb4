import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createAgent } from '../tools/agent.ts';
import { startTestPortal } from '../tools/portal.ts';
import { named, PASSWORD, useAccounts } from './accounts-stage.ts';
import { A1 } from './guide.ts';

describe('« Gestion des comptes »: acts on a person', () => {
  const stage = useAccounts();

  test('R30: with « Aucun » no row offers a role; every right is seen and changed from the account page', async () => {
    const person = await createAccount(stage.db);
    const roles = ['energie-lecteur', 'sda-administrateur', 'sda-consultation'];
    for (const code of roles) await grant(stage.db, person, code);
    const list = await stage.find(person);
    assert.deepEqual(list.texts('main table button'), [`Désactiver le compte de ${named(person)}`]);
    const page = await stage.admin.get(`/gestion/comptes/${person.id}`);
    const labels = await stage.db('roles').whereIn('code', roles).orderBy('label').pluck('label');
    assert.deepEqual(page.column('Rôle').sort(), labels.sort());
    const [first = ''] = labels;
    const removal = await stage.admin.submit(page, `Supprimer ${first}`);
    const after = await stage.admin.follow(await stage.admin.submit(removal, 'Confirmer'));
    assert.equal(after.heading, named(person), 'back to the page');
    assert.ok(!after.column('Rôle').includes(first));
    assert.equal((await stage.rolesOf(person)).length, 2);
  });

  test('R41: « Activer des droits » grants the selected role, tells the person, and comes back to the same list', async () => {
    const person = await createAccount(stage.db);
    const page = await stage.act(
      person,
      'role=energie-lecteur&ayant=non',
      `Activer des droits de ${named(person)}`,
      { motif: 'Prise de poste' },
    );
    assert.match(page.notices.join(), /« Energie Lecteur » est accordé à/);
    assert.match(page.path, /role=energie-lecteur&ayant=non|ayant=non/);
    assert.deepEqual(await stage.rolesOf(person), ['energie-lecteur']);
    assert.equal((await stage.eventsOf(person))[0]?.action, 'assignment.granted');
    const message = await stage.db('messages').where({ account_id: person.id }).first();
    assert.equal(message.template, 'role-granted');
  });

  test('R42, P3: a reserved role becomes a request to Ucanss; the screen says so before and after', async () => {
    const person = await createAccount(stage.db);
    const list = await stage.find(person, 'role=sda-administrateur&ayant=non');
    const confirmation = await stage.admin.submit(list, `Activer des droits de ${named(person)}`);
    assert.match(confirmation.texts('main').join(), /validation de l’Ucanss/);
    const page = await stage.admin.follow(await stage.admin.submit(confirmation, 'Confirmer'));
    assert.match(page.notices.join(), /est demandé à l’Ucanss/);
    assert.deepEqual(await stage.rolesOf(person), []);
    const request = await stage.db('requests').where({ account_id: person.id }).first();
    assert.deepEqual([request.status, request.kind], ['pending', 'role']);
    const other = await stage.admin.submit(list, `Activer des droits de ${named(person)}`);
    const again = await stage.admin.follow(await stage.admin.confirmAnyway(other));
    assert.match(again.notices.join(), /déjà demandé/);
    const told = await stage.admin.submit(list, `Activer des droits de ${named(person)}`);
    assert.match(told.texts('main .notice').join(), /déjà demandé/, 'said before, too');
  });

  test('R40: « Supprimer des droits » removes the selected role, and it alone, reserved or not', async () => {
    const person = await createAccount(stage.db);
    for (const code of ['energie-lecteur', 'sda-administrateur']) await grant(stage.db, person, code);
    await stage.act(person, 'role=sda-administrateur', `Supprimer des droits de ${named(person)}`);
    assert.deepEqual(await stage.rolesOf(person), ['energie-lecteur']);
    const page = await stage.find(person, 'role=energie-lecteur&ayant=oui');
    assert.ok(!page.texts('main table button').some((name) => name.startsWith('Activer')));
  });

  test('R43, R44: « Désactiver » shows A1, asks for a reason, and ends the open sessions at once', async () => {
    const person = await createAccount(stage.db, { password: PASSWORD });
    await grant(stage.db, person, 'energie-lecteur');
    const theirs = createAgent(stage.portal);
    await theirs.signIn(person.email, PASSWORD);
    const confirmation = await stage.admin.submit(
      await stage.find(person),
      `Désactiver le compte de ${named(person)}`,
    );
    assert.ok(confirmation.texts('main p').includes(A1));
    const empty = await stage.admin.submit(confirmation, 'Confirmer', { motif: ' ' });
    assert.equal(empty.status, 422);
    assert.match(empty.texts('[data-error-summary]').join(), /motif/);
    const page = await stage.admin.follow(
      await stage.admin.submit(empty, 'Confirmer', { motif: 'Retraite' }),
    );
    assert.match(page.notices.join(), /est désactivé/);
    assert.equal((await theirs.get('/mes-informations')).status, 303);
    assert.deepEqual(await stage.rolesOf(person), ['energie-lecteur'], 'rights are kept');
    const [event] = (await stage.eventsOf(person)).filter(({ action }) => action === 'account.deactivated');
    assert.deepEqual(event?.details, { reason: 'Retraite' });
    theirs.close();
  });

  test('R43: on another process too, the open sessions end within a second', async () => {
    const twin = await startTestPortal({ beside: stage.portal });
    const person = await createAccount(stage.db, { password: PASSWORD });
    const theirs = createAgent(twin);
    try {
      await theirs.signIn(person.email, PASSWORD);
      assert.equal((await theirs.get('/mes-informations')).status, 200);
      const button = `Désactiver le compte de ${named(person)}`;
      const done = await stage.act(person, '', button, { motif: 'Retraite' });
      assert.match(done.notices.join(), /ses sessions ont pris fin/);
      // At once: nothing of a session is kept in a process.
      assert.equal((await theirs.get('/mes-informations')).status, 303);
    } finally {
      theirs.close();
      await twin.stop();
    }
  });

  test('« Réactiver le compte » from the inactive list', async () => {
    const person = await createAccount(stage.db, { active: false });
    const page = await stage.act(person, 'compte=inactif', `Réactiver le compte de ${named(person)}`);
    assert.match(page.notices.join(), /réactivé/);
    assert.equal((await stage.db('accounts').where({ id: person.id }).first()).active, true);
  });

  test('what is refused by now shows why, with nothing to fill in and no fault of what was typed', async () => {
    const person = await createAccount(stage.db);
    const form = await stage.admin.get(`/gestion/comptes/${person.id}/desactivation`);
    const faulty = await stage.admin.submit(form, 'Confirmer', { motif: '' });
    assert.deepEqual([faulty.status, faulty.$('.error-summary, #motif').length], [422, 2]);
    await stage.db('accounts').where({ id: person.id }).update({ active: false, deactivated_at: new Date() });
    const late = (await stage.admin.submit(form, 'Confirmer', { motif: '' })).refused(422);
    assert.match(late.texts('main .notice').join(), /est déjà désactivé/);
    assert.equal(late.$('.error-summary, #motif').length, 0);
  });

  test('P1: no act on oneself, offered or sent', async () => {
    const me = await stage.accountOf('wtestportail@test.fr');
    const page = await stage.admin.get('/gestion/comptes?nom=testportail&role=energie-lecteur&ayant=non');
    assert.deepEqual(page.texts('main table button'), []);
    const _csrf = await stage.admin.token();
    const sent = { _csrf, organisme: 'CAF-391', motif: 'x', role: 'energie-lecteur' };
    for (const path of ['desactivation', 'activation-de-droits', 'suppression-de-droits']) {
      const answer = await stage.admin.follow(
        await stage.admin.post(`/gestion/comptes/${me.id}/${path}`, sent),
      );
      assert.match(answer.notices.join(), /votre propre compte|vos propres droits/, path);
    }
  });

  test('P5: a form made for another organism, or an account outside, changes nothing', async () => {
    const person = await createAccount(stage.db);
    const stranger = await createAccount(stage.db, { organism: 'CPAM-391' });
    const _csrf = await stage.admin.token();
    const moved = await stage.admin.post(`/gestion/comptes/${person.id}/desactivation`, {
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
      assert.equal((await stage.admin.get(`/gestion/comptes/${stranger.id}/${path}`)).status, 404, path);
      const sent = { _csrf, organisme: 'CAF-391', motif: 'x', role: 'energie-lecteur' };
      assert.equal(
        (await stage.admin.post(`/gestion/comptes/${stranger.id}/${path.split('?')[0]}`, sent)).status,
        404,
        path,
      );
    }
    assert.equal(
      (await stage.db('accounts').whereIn('id', [person.id, stranger.id]).where({ active: true })).length,
      2,
    );
  });

  test('P3b: « Administrateur local » and the national roles are neither given nor taken here', async () => {
    const person = await createAccount(stage.db);
    const _csrf = await stage.admin.token();
    for (const role of ['administrateur-local', 'administrateur-ucanss', 'auditeur']) {
      for (const path of ['activation-de-droits', 'suppression-de-droits']) {
        const answer = await stage.admin.post(`/gestion/comptes/${person.id}/${path}`, {
          _csrf,
          organisme: 'CAF-391',
          role,
          motif: '',
        });
        assert.equal(answer.status, 404, `${path} ${role}`);
      }
    }
    assert.deepEqual(await stage.rolesOf(person), []);
  });

  test('« Fermer les sessions »: the page before, then the sessions end at once, the account stays, and it is told', async () => {
    const person = await createAccount(stage.db, {
      organism: 'CAF-391',
      last_name: 'OUVERTE',
      password: PASSWORD,
    });
    const theirs = await stage.enter(person.email, PASSWORD);
    const show = `/gestion/comptes/${person.id}`;
    const name = named(person);
    const page = await stage.admin.submit(await stage.admin.get(show), `Fermer les sessions de ${name}`);
    assert.equal(page.heading, `Fermer les sessions de ${name}`);
    assert.match(page.texts('main').join(), /prennent fin aussitôt.*Son compte reste actif.*Aucun message/s);
    assert.equal((await theirs.get('/mes-informations')).status, 200, 'nothing is done before');
    assert.equal((await stage.admin.follow(await stage.admin.submit(page, 'Annuler'))).path, show);
    const done = await stage.admin.follow(
      await stage.admin.submit(page, 'Confirmer', { motif: 'Poste laissé ouvert' }),
    );
    assert.deepEqual([done.path, done.heading], [show, name]);
    assert.match(
      done.notices.join(),
      new RegExp(`Plus aucune session de ${name} n’est ouverte. Son compte reste actif`),
    );
    assert.equal((await theirs.get('/mes-informations')).status, 303);
    const history = await stage.admin.get(`${show}/historique`);
    assert.equal(history.column('Mouvement')[0], `Sessions de ${name} fermées (1)`);
    assert.match(history.text, /Poste laissé ouvert/);
    await theirs.signIn(person.email, PASSWORD);
    // A form of another organism, a reason that is too long, an auditor.
    const _csrf = await stage.admin.token();
    await stage.admin.post(`${show}/sessions`, { _csrf, organisme: 'CPAM-391', motif: '' });
    const long = await stage.admin.post(`${show}/sessions`, {
      _csrf,
      organisme: 'CAF-391',
      motif: 'x'.repeat(1_001),
    });
    assert.equal(long.status, 422);
    const auditor = await stage.enter('auditeur@ucanss.fr');
    assert.equal((await auditor.get(`${show}/sessions?perimetre=CAF-391`)).status, 403);
    auditor.close();
    assert.equal((await theirs.get('/mes-informations')).status, 200);
    theirs.close();
  });

  test('P1: « Fermer les sessions » is not offered on one’s own page, nor for an inactive account', async () => {
    for (const email of ['wtestportail@test.fr', 'parti@caf39.caf.fr']) {
      const page = await stage.admin.get(`/gestion/comptes/${(await stage.accountOf(email)).id}`);
      assert.ok(!page.texts('main button').some((text) => text.includes('Fermer les sessions')), email);
    }
    const own = `/gestion/comptes/${(await stage.accountOf('wtestportail@test.fr')).id}/sessions`;
    const answer = await stage.admin.post(own, {
      _csrf: await stage.admin.token(),
      organisme: 'CAF-391',
      motif: '',
    });
    assert.match((await stage.admin.follow(answer)).notices.join(), /sur votre propre compte/);
  });

  test('P9: « Fermer les sessions » of somebody beyond is neither offered nor done', async () => {
    const beyond = /Les droits de cette personne dépassent les vôtres : demandez à l’Ucanss/;
    const person = await createAccount(stage.db, {
      organism: 'CAF-391',
      last_name: 'AUDELÀ',
      password: PASSWORD,
    });
    await grant(stage.db, person, 'auditeur');
    const theirs = await stage.enter(person.email, PASSWORD);
    const show = `/gestion/comptes/${person.id}`;
    const page = await stage.admin.get(show);
    assert.ok(!page.texts('main button').some((text) => text.includes('Fermer les sessions')));
    const before = await stage.admin.get(`${show}/sessions`);
    assert.match(before.texts('main .notice').join(), beyond);
    const refused = await stage.admin.follow(await stage.admin.confirmAnyway(before));
    assert.match(refused.notices.join(), beyond);
    assert.equal((await theirs.get('/mes-informations')).status, 200);
    const national = await stage.enter('national@ucanss.fr');
    const form = await national.get(`${show}/sessions?perimetre=CAF-391`);
    await national.submit(form, 'Confirmer');
    assert.equal((await theirs.get('/mes-informations')).status, 303, 'Ucanss may');
    national.close();
    theirs.close();
  });

  test('an auditor reads and acts on nothing; a national profile keeps its perimeter', async () => {
    const auditor = createAgent(stage.portal);
    await auditor.signIn('auditeur@ucanss.fr');
    const page = await auditor.get('/gestion/comptes?perimetre=CAF-391');
    assert.deepEqual(page.texts('main table button'), []);
    assert.equal(page.$('main table tbody a').first().attr('href')?.endsWith('?perimetre=CAF-391'), true);
    const national = createAgent(stage.portal);
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
});
