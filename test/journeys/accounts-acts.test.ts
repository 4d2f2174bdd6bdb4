import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createAgent } from '../tools/agent.ts';
import { startTestPortal } from '../tools/portal.ts';
import { named, PASSWORD, useAccounts } from './accounts-stage.ts';
import { A1 } from './guide.ts';

describe('« Gestion des comptes »: acts of a row', () => {
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
