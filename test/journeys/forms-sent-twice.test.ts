import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createAgent } from '../tools/agent.ts';
import { type FormValues, fillForm, type Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { named, useAccounts } from './accounts-stage.ts';

describe('a form that is sent twice', () => {
  const stage = useAccounts();
  let twin: TestPortal;

  before(async () => {
    twin = await startTestPortal({ beside: stage.portal });
  });
  after(() => twin?.stop());

  const confirmationOf = (person: AccountRow, act: string) =>
    stage.admin.get(`/gestion/comptes/${person.id}/${act}`);
  const keyOf = ({ $ }: Page) => String($('[data-confirmation] input[name=_cle]').val());
  const actionsOf = async (person: AccountRow) => (await stage.eventsOf(person)).map(({ action }) => action);
  const rows = () => stage.db('form_keys');

  /** The form of « Désactiver » of somebody new, filled in. */
  async function deactivation(motif = 'Départ') {
    const person = await createAccount(stage.db);
    const page = await confirmationOf(person, 'desactivation');
    return { person, page, ...fillForm(page, 'Confirmer', { motif }) };
  }

  test('each display of a form has a key of its own, kept nowhere before the form is done', async () => {
    const { person, page } = await deactivation();
    assert.match(keyOf(page), /^[\w-]{36}$/);
    const keys = page.$('input[name=_cle]').toArray();
    assert.equal(new Set(keys.map((key) => page.$(key).val())).size, keys.length);
    assert.notEqual(keyOf(await confirmationOf(person, 'desactivation')), keyOf(page));
    assert.equal((await rows().where({ key_hash: keyOf(page) })).length, 0);
  });

  test('the same again is done once, and led where the first was', async () => {
    const { person, action, fields } = await deactivation();
    const first = await stage.admin.post(action, fields);
    const second = await stage.admin.post(action, fields);
    assert.deepEqual([first.status, second.status], [303, 303]);
    assert.equal(second.headers.location, first.headers.location);
    assert.deepEqual(await actionsOf(person), ['account.deactivated']);
    const { notices } = await stage.admin.follow(second);
    assert.match(notices.join(), /est désactivé/);
    assert.doesNotMatch(notices.join(), /déjà désactivé/);
  });

  test('where it led is what the first was told, even where only the act knows it', async () => {
    const page = await stage.admin.get('/gestion/comptes/nouveau');
    const values = { civilite: 'Mme', nom: 'DEUXFOIS', prenom: 'Anne', email: 'anne.deuxfois@caf39.caf.fr' };
    const { action, fields } = fillForm(page, 'Créer le compte', values);
    const first = await stage.admin.post(action, fields);
    const second = await stage.admin.post(action, fields);
    assert.match(String(first.headers.location), /^\/gestion\/comptes\/\d+$/);
    assert.equal(second.headers.location, first.headers.location);
    assert.equal((await stage.db('messages').where({ recipient: values.email })).length, 1);
  });

  test('two at once, on two processes: done once, both led to the same place', async () => {
    const admin = createAgent(twin);
    admin.borrowCookies(stage.admin.cookies());
    for (let round = 0; round < 5; round += 1) {
      const { person, action, fields } = await deactivation();
      const answers = await Promise.all([stage.admin.post(action, fields), admin.post(action, fields)]);
      assert.deepEqual(
        answers.map(({ status, headers }) => [status, headers.location]),
        [
          [303, '/gestion/comptes'],
          [303, '/gestion/comptes'],
        ],
      );
      assert.deepEqual(await actionsOf(person), ['account.deactivated']);
      const { notices } = await stage.admin.get('/gestion/comptes');
      assert.match(notices.join(), /est désactivé/);
      assert.doesNotMatch(notices.join(), /déjà désactivé/);
    }
    admin.close();
  });

  test('the second waits for the first: what is rolled back was not done, and the second does it', async () => {
    const { person, action, fields } = await deactivation();
    const trx = await stage.db.transaction();
    await trx('accounts').where({ id: person.id }).forUpdate();
    // The first waits for the person; it is killed there, as a process that dies.
    const first = stage.admin.post(action, fields);
    const holding = `SELECT pid FROM pg_locks JOIN pg_class ON pg_class.oid = relation
      WHERE relname = 'form_keys' AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()`;
    const found = async () => (await stage.db.raw(holding)).rows[0]?.pid;
    while ((await found()) === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
    const pid = await found();
    const second = stage.admin.post(action, fields);
    await stage.db.raw('SELECT pg_terminate_backend(?)', [pid]);
    await trx.rollback();
    assert.equal((await first).status, 503);
    assert.equal((await second).status, 303);
    assert.deepEqual(await actionsOf(person), ['account.deactivated']);
  });

  test('a process that dies between the act and its answer: the act is known, one is led to its page', async () => {
    const { person, page, action, fields } = await deactivation();
    await stage.admin.post(action, fields);
    await stage.db('form_keys').update({ led_to: null });
    const again = await stage.admin.post(action, fields);
    assert.deepEqual([again.status, again.headers.location], [303, '/gestion/comptes']);
    const withoutBack = fields.filter(([name]) => name !== 'retour');
    assert.equal((await stage.admin.post(action, withoutBack)).status, 409, 'another input, still');
    assert.deepEqual(await actionsOf(person), ['account.deactivated']);
    assert.ok(keyOf(page));
  });

  test('with another input nothing is done: 409, the form again with it, and where to look', async () => {
    const { person, action, fields } = await deactivation();
    await stage.admin.post(action, fields);
    await stage.admin.get('/gestion/comptes');
    const other = fields.map(([name, value]): [string, string] => [name, name === 'motif' ? 'Autre' : value]);
    const page = await stage.admin.post(action, other);
    assert.equal(page.status, 409);
    assert.match(page.notices.join(), /déjà été envoyé une fois, avec d’autres réponses.*Vérifier/);
    assert.equal(page.$('[role=status] a').attr('href'), `/gestion/comptes/${person.id}`);
    assert.deepEqual(await actionsOf(person), ['account.deactivated']);
  });

  test('the key of one form is not good for another one', async () => {
    const { page, action, fields } = await deactivation();
    await stage.admin.post(action, fields);
    const { person, ...next } = await deactivation();
    const borrowed = next.fields.map(([name, value]): [string, string] => [
      name,
      name === '_cle' ? keyOf(page) : value,
    ]);
    assert.equal((await stage.admin.post(next.action, borrowed)).status, 409);
    assert.deepEqual(await actionsOf(person), []);
  });

  test('409 where the form is a button alone: a page that says so, with the way to what was done', async () => {
    const { page, action, fields } = await deactivation();
    await stage.admin.post(action, fields);
    const person = await createAccount(stage.db);
    const right = await grant(stage.db, person, 'energie-lecteur', { inherited_from: person.organism_id });
    const _csrf = await stage.admin.token();
    const path = `/gestion/comptes/${person.id}/droits/${right}/maintien`;
    const refused = await stage.admin.post(path, { _csrf, organisme: 'CAF-391', _cle: keyOf(page) });
    assert.equal(refused.status, 409);
    assert.equal(refused.heading, 'Formulaire déjà envoyé');
    assert.match(refused.texts('main a').join(), /Vérifier ce qui a été enregistré/);
  });

  test('what was not done is not remembered: refused by a rule, or by what was typed', async () => {
    const { page, action } = await deactivation();
    const empty = fillForm(page, 'Confirmer', { motif: ' ' }).fields;
    assert.equal((await stage.admin.post(action, empty)).status, 422);
    const shown = await stage.admin.post(action, empty);
    assert.notEqual(keyOf(shown), keyOf(page), 'the form that is shown again has a new key');
    const person = await createAccount(stage.db);
    const sessions = fillForm(await confirmationOf(person, 'sessions'), 'Confirmer');
    const end = () => stage.admin.post(sessions.action, sessions.fields);
    await stage.act(person, '', `Désactiver le compte de ${named(person)}`, { motif: 'Départ' });
    assert.match((await stage.admin.follow(await end())).notices.join(), /déjà désactivé/);
    await stage.act(person, 'compte=inactif', `Réactiver le compte de ${named(person)}`);
    assert.match((await stage.admin.follow(await end())).notices.join(), /Plus aucune session/);
  });

  test('without key it is judged as new', async () => {
    const person = await createAccount(stage.db);
    const { action, fields } = fillForm(await confirmationOf(person, 'sessions'), 'Confirmer');
    const bare = fields.filter(([name]) => name !== '_cle');
    for (const key of ['', 'x', 'é'.repeat(22)]) await stage.admin.post(action, [...bare, ['_cle', key]]);
    for (let time = 0; time < 2; time += 1) assert.equal((await stage.admin.post(action, bare)).status, 303);
    assert.equal((await actionsOf(person)).length, 5);
  });

  test('the key of somebody else does nothing and tells nothing', async () => {
    const { action, fields } = await deactivation();
    await stage.admin.post(action, fields);
    const other = await stage.enter('suppleante@caf39.caf.fr');
    const person = await createAccount(stage.db);
    const page = await other.get(`/gestion/comptes/${person.id}/desactivation`);
    const mine = fillForm(page, 'Confirmer', { motif: 'Départ' });
    const key = fields.find(([name]) => name === '_cle')?.[1] ?? '';
    const sent = mine.fields.map(([name, value]): [string, string] => [name, name === '_cle' ? key : value]);
    assert.equal((await other.post(mine.action, sent)).status, 303);
    assert.deepEqual(await actionsOf(person), ['account.deactivated']);
    other.close();
  });

  test('neither the key nor what was sent can be read in the table', async () => {
    const { action, fields, page } = await deactivation('Très confidentiel');
    await stage.admin.post(action, fields);
    const stored = JSON.stringify(await rows());
    assert.ok(!stored.includes(keyOf(page)));
    assert.ok(!stored.includes('confidentiel'));
  });

  describe('once its session is over', () => {
    /** Asks for a role, ends the session, and sends the same form once more. */
    async function lateAgain(change: FormValues = {}) {
      const person = await createAccount(stage.db, { password: demonstrationPassword });
      const agent = createAgent(stage.portal);
      await agent.signIn(person.email);
      const page = await agent.get('/applications/energie');
      const ask = "Demander l'accès à l'application";
      const values = { motif: 'Suivi', role: 'energie-redacteur' };
      const first = await agent.submit(page, ask, values);
      await stage
        .db('sessions')
        .whereRaw(`sess->'passport'->>'user' = ?`, [String(person.id)])
        .delete();
      const asked = await agent.follow(await agent.submit(page, ask, { ...values, ...change }));
      const back = await agent.follow(
        await agent.submit(asked, 'Se connecter', { email: person.email, password: demonstrationPassword }),
      );
      const count = (await stage.db('requests').where({ account_id: person.id })).length;
      return { agent, first, asked, back, ask, count };
    }

    test('what had been done is said, and one is led where it led once signed in', async () => {
      const { agent, first, asked, back, count } = await lateAgain();
      assert.match(asked.notices.join(), /avait déjà été envoyé/);
      assert.equal(back.path, first.headers.location);
      assert.equal(count, 1);
      agent.close();
    });

    test('in another session by now, what had been done leads where it led, and the rest is shown again', async () => {
      const person = await createAccount(stage.db);
      const agent = await stage.enter('suppleante@caf39.caf.fr');
      const page = await agent.get(`/gestion/comptes/${person.id}/desactivation`);
      const { action, fields } = fillForm(page, 'Confirmer', { motif: 'Départ' });
      const first = await agent.post(action, fields);
      await agent.submit(await agent.get('/mes-informations'), 'Se déconnecter');
      await agent.signIn('suppleante@caf39.caf.fr');
      const again = await agent.post(action, fields);
      assert.deepEqual([again.status, again.headers.location], [303, first.headers.location]);
      const other = fields.map(([name, value]): [string, string] => [name, name === 'motif' ? 'X' : value]);
      assert.equal((await agent.post(action, other)).status, 422);
      assert.deepEqual(await actionsOf(person), ['account.deactivated']);
      agent.close();
    });

    test('what had not is given back, with a new key: sent twice, it is done once', async () => {
      const { agent, back, ask, count } = await lateAgain({ role: 'energie-lecteur' });
      assert.match(back.notices.join(), /Voici ce que vous aviez saisi/);
      assert.equal(count, 1);
      const { action, fields } = fillForm(back, ask);
      const sent = [await agent.post(action, fields), await agent.post(action, fields)];
      assert.equal(sent[0]?.headers.location, sent[1]?.headers.location);
      const { account_id } = await stage.db('requests').orderBy('id', 'desc').first();
      assert.equal((await stage.db('requests').where({ account_id })).length, 2);
      agent.close();
    });
  });
});
