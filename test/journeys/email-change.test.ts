import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readCaptured } from '../../src/mail/captured.ts';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { eventually } from '../tools/eventually.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const PASSWORD = 'une-phrase-de-passe-longue';
const SEND = 'Envoyer le lien de confirmation';
const CANCEL = "Annuler le changement d'adresse";

describe('« Changement d’adresse »', () => {
  let portal: TestPortal;
  let local: Agent;

  before(async () => {
    portal = await startTestPortal();
    local = createAgent(portal);
    await local.signIn('suppleante@caf39.caf.fr');
  });
  after(async () => {
    local?.close();
    await portal?.stop();
  });

  const emailOf = async (id: number) => (await portal.db('accounts').first('email').where({ id })).email;

  /** The path of the link in the message to this address, once it has left. */
  async function linkTo(email: string): Promise<string> {
    const find = async () =>
      (await readCaptured(portal.environment.dataDirectory, 1_000)).find(({ to }) => to === email);
    await eventually(async () => (await find()) !== undefined);
    const address = /http\S+\/adresse\/[\w-]{43}/.exec((await find())?.text ?? '')?.[0];
    assert.ok(address, `no link in the message to ${email}`);
    return new URL(address).pathname;
  }

  test('from the account page to the new identifier: asked, confirmed, told, traced; the link serves once', async () => {
    const person = await createAccount(portal.db, { last_name: 'DÉMÉNAGE', password: PASSWORD });
    const theirs = createAgent(portal);
    await theirs.signIn(person.email, PASSWORD);
    const page = await local.get(`/gestion/comptes/${person.id}`);
    const form = await local.get(String(page.$('main a[href$="/adresse"]').attr('href')));
    assert.equal(form.heading, "Changement d'adresse");
    assert.match(form.texts('.page-summary').join(), /DÉMÉNAGE .*personne\.\d+@test\.fr/);
    const asked = await local.follow(
      await local.submit(form, SEND, { email: ' Camille.Demenage@CAF39.caf.fr ' }),
    );
    assert.match(asked.notices.join(), /Un lien est envoyé à camille\.demenage@caf39\.caf\.fr/);
    assert.match(asked.texts('.notice').join(), /demandé le 22\/11\/2026 à 10:00 par Maud SUPPLÉANTE/);
    assert.equal(await emailOf(person.id), person.email, 'nothing changes yet');

    const path = await linkTo('camille.demenage@caf39.caf.fr');
    const visitor = createAgent(portal);
    for (let look = 0; look < 2; look += 1) {
      const shown = await visitor.get(path);
      assert.deepEqual([shown.status, shown.heading], [200, 'Confirmer votre nouvelle adresse']);
      assert.equal(shown.headers['cache-control'], 'no-store');
    }
    assert.equal(await emailOf(person.id), person.email, 'a GET changes nothing');
    const done = await visitor.follow(
      await visitor.submit(await visitor.get(path), 'Confirmer ma nouvelle adresse'),
    );
    assert.equal(done.heading, 'Adresse changée');
    assert.equal((await theirs.get('/mes-informations')).status, 303, 'their sessions ended');
    await visitor.signIn('camille.demenage@caf39.caf.fr', PASSWORD);

    const used = await theirs.get(path);
    assert.deepEqual([used.status, used.heading], [404, 'Ce lien n’est plus valable']);
    assert.equal(used.$('main a[href="/connexion"]').length, 1, 'the way on');
    const told = await portal.db('messages').where({ account_id: person.id, template: 'email-changed' });
    assert.deepEqual(
      told.map(({ recipient }) => recipient),
      [person.email],
    );
    const history = await local.get(`/gestion/comptes/${person.id}/historique`);
    const moves = history.column('Mouvement').join(' | ');
    assert.match(moves, /Changement d’adresse de Camille DÉMÉNAGE demandé : un lien est envoyé à camille/);
    assert.match(moves, /L’adresse de Camille DÉMÉNAGE passe de .* à camille\.demenage@caf39\.caf\.fr/);
    for (const table of ['audit_events', 'messages', 'tokens']) {
      const stored = JSON.stringify(await portal.db(table));
      assert.ok(!stored.includes(path.split('/')[2] ?? ''), `no token in ${table}`);
    }
    for (const agent of [visitor, theirs]) agent.close();
  });

  test('R49, R56, P5: what is wrong is said at the field, as at creation; nothing of an account elsewhere', async () => {
    const person = await createAccount(portal.db);
    const form = await local.get(`/gestion/comptes/${person.id}/adresse`);
    const thomas = await accountOf(portal.db, 'tmantel@caf39.caf.fr');
    for (const [email, said] of [
      ['', 'Indiquez la nouvelle adresse.'],
      ['a@b', 'Indiquez une adresse complète, par exemple nom@organisme.fr.'],
      ['a@b.fr,c@d.fr', 'Indiquez une adresse complète, par exemple nom@organisme.fr.'],
      [person.email, 'C’est déjà l’adresse de ce compte.'],
      [thomas.email, 'Cette adresse est celle de Thomas MANTEL, de votre organisme.'],
      ['deontologue@extension.fr', 'Cette adresse a déjà un compte dans un autre organisme.'],
    ] as const) {
      const page = await local.submit(form, SEND, { email });
      assert.equal(page.status, 422, email);
      assert.equal(page.texts('#email-erreur').join(), `Erreur : ${said}`);
      assert.equal(page.$('#email').val(), email, 'what was typed is kept');
      assert.doesNotMatch(page.texts('main').join(), /TOLOGUE/);
      const way = page.$(`main a[href="/gestion/comptes/${thomas.id}"]`).length;
      assert.equal(way, email === thomas.email ? 1 : 0);
    }
    assert.equal(await portal.db('email_changes').where({ account_id: person.id }).first(), undefined);
  });

  test('« Annuler le changement d’adresse » voids the link, and says so; a second time there is nothing to cancel', async () => {
    const person = await createAccount(portal.db);
    const email = 'annulee@caf39.caf.fr';
    await local.submit(await local.get(`/gestion/comptes/${person.id}/adresse`), SEND, { email });
    const path = await linkTo(email);
    const page = await local.get(`/gestion/comptes/${person.id}`);
    const cancelled = await local.follow(await local.submit(page, CANCEL));
    assert.match(cancelled.notices.join(), /Le changement d’adresse est annulé/);
    assert.ok(!cancelled.texts('button').includes(CANCEL));
    assert.match(
      (await local.follow(await local.submit(page, CANCEL))).notices.join(),
      /Aucun changement d’adresse/,
    );
    const visitor = createAgent(portal);
    assert.equal((await visitor.get(path)).status, 404);
    assert.equal((await visitor.post(path, {})).status, 404);
    visitor.close();
  });

  test('a deactivated account and an address taken meanwhile: a sentence and a way on, for whoever has the link', async () => {
    const person = await createAccount(portal.db);
    const email = 'meanwhile@caf39.caf.fr';
    await local.submit(await local.get(`/gestion/comptes/${person.id}/adresse`), SEND, { email });
    const path = await linkTo(email);
    const visitor = createAgent(portal);
    const both = async () => [await visitor.get(path), await visitor.post(path, {})];
    await portal
      .db('accounts')
      .where({ id: person.id })
      .update({ active: false, deactivated_at: new Date() });
    for (const page of await both())
      assert.deepEqual([page.status, page.heading], [409, 'Ce compte est désactivé']);
    await portal.db('accounts').where({ id: person.id }).update({ active: true, deactivated_at: null });
    await createAccount(portal.db, { email, organism: 'UCN', last_name: 'ARRIVÉE' });
    for (const page of await both()) {
      assert.deepEqual([page.status, page.heading], [409, 'Cette adresse a déjà un compte']);
      assert.equal(page.$('main a[href="/mot-de-passe/oubli"]').length, 1);
      assert.doesNotMatch(page.text, /ARRIVÉE/);
    }
    visitor.close();
  });

  test('P1, P3b, P5: one’s own, wider rights, another organism, a form made for another organism', async () => {
    const me = await accountOf(portal.db, 'suppleante@caf39.caf.fr');
    const own = await local.follow(await local.get(`/gestion/comptes/${me.id}/adresse`));
    assert.match(own.notices.join(), /se change dans « Mes informations »/);
    const person = await createAccount(portal.db);
    const _csrf = await local.token();
    const sent = { _csrf, organisme: 'CAF-251', email: 'x@caf39.caf.fr' };
    for (const path of ['adresse', 'adresse/annulation']) {
      const moved = await local.post(`/gestion/comptes/${person.id}/${path}`, sent);
      assert.deepEqual([moved.status, /Vous êtes passé à un autre organisme/.test(moved.text)], [422, true]);
    }
    assert.equal(await portal.db('email_changes').where({ account_id: person.id }).first(), undefined);
  });

  test('« Mes informations »: one’s own is asked with one’s password, and an address that is known is not told', async () => {
    const person = await createAccount(portal.db, { password: PASSWORD });
    const agent = createAgent(portal);
    await agent.signIn(person.email, PASSWORD);
    const form = await agent.get('/mes-informations/adresse');
    const wrong = await agent.submit(form, SEND, { email: 'moi@caf39.caf.fr', password: 'autre' });
    assert.equal(wrong.status, 422);
    assert.equal(wrong.texts('#password-erreur').join(), 'Erreur : Ce mot de passe n’est pas le vôtre.');
    assert.equal(wrong.$('#password').val(), undefined);
    const same = await agent.submit(form, SEND, { email: person.email, password: PASSWORD });
    assert.match(same.texts('#email-erreur').join(), /déjà votre adresse/);
    const known = await agent.follow(
      await agent.submit(form, SEND, { email: 'deontologue@extension.fr', password: PASSWORD }),
    );
    assert.match(known.notices.join(), /Un lien est envoyé à deontologue@extension\.fr/);
    const email = 'moi@caf39.caf.fr';
    const page = await agent.follow(await agent.submit(form, SEND, { email, password: PASSWORD }));
    assert.match(page.texts('.notice').join(), /moi@caf39\.caf\.fr .* n’est pas encore confirmé/);
    const answer = await agent.submit(await agent.get(await linkTo(email)), 'Confirmer ma nouvelle adresse');
    assert.equal((await agent.follow(answer)).heading, 'Adresse changée');
    assert.equal(await emailOf(person.id), email);
    assert.equal((await agent.get('/mes-informations')).status, 303, 'this session ended too');
    agent.close();
  });

  test('the fifteenth wrong password is told as such, the next ones as too many', async () => {
    const person = await createAccount(portal.db, { password: PASSWORD });
    const agent = createAgent(portal);
    await agent.signIn(person.email, PASSWORD);
    const form = await agent.get('/mes-informations/adresse');
    const values = { email: 'essais@caf39.caf.fr', password: 'autre' };
    for (let time = 0; time < 15; time += 1)
      assert.equal((await agent.submit(form, SEND, values)).status, 422);
    const limited = await agent.submit(form, SEND, { ...values, password: PASSWORD });
    assert.equal(limited.status, 429);
    assert.ok(Number(limited.headers['retry-after']) > 0);
    agent.close();
  });
});
