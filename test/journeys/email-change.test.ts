import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readCaptured } from '../../src/mail/captured.ts';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { eventually } from '../tools/eventually.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const PASSWORD = 'une-phrase-de-passe-longue';
const SEND = 'Demander le changement';
const SEND_OWN = 'Envoyer le lien de confirmation';
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
  async function linkTo(email: string, about = ''): Promise<string> {
    const find = async () =>
      (await readCaptured(portal.environment.dataDirectory, 1_000)).find(
        ({ to, subject }) => to === email && subject.includes(about),
      );
    await eventually(async () => (await find()) !== undefined);
    const address = /http\S+\/adresse\/[\w-]{43}(\/refus$)?/m.exec((await find())?.text ?? '')?.[0];
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
    assert.match(asked.notices.join(), /Un lien est envoyé à camille\.demenage@caf39\.caf\.fr, et un autre/);
    assert.match(
      asked.texts('.notice').join(),
      /demandé le 22\/11\/2026 à 10:00 par Maud SUPPLÉANTE : la nouvelle adresse n’est pas encore confirmée/,
    );
    assert.equal(await emailOf(person.id), person.email, 'nothing changes yet');

    const path = await linkTo('camille.demenage@caf39.caf.fr');
    const visitor = createAgent(portal);
    for (let look = 0; look < 2; look += 1) {
      const shown = await visitor.get(path);
      assert.deepEqual([shown.status, shown.heading], [200, 'Confirmer votre nouvelle adresse']);
      assert.equal(shown.headers['cache-control'], 'no-store');
    }
    assert.equal(await emailOf(person.id), person.email, 'a GET changes nothing');
    const confirmed = await visitor.follow(
      await visitor.submit(await visitor.get(path), 'Confirmer mon adresse'),
    );
    assert.equal(confirmed.heading, 'Nouvelle adresse confirmée');
    assert.equal(await emailOf(person.id), person.email, 'a second person is missing');
    const mine = await theirs.get('/mes-informations');
    assert.match(mine.texts('.notice').join(), /la nouvelle adresse est confirmée, votre accord/);
    const agreeing = await theirs.get(String(mine.$('main a:contains("Donner mon accord")').attr('href')));
    assert.match(agreeing.texts('main').join(), /Maud SUPPLÉANTE a demandé que l’adresse camille\.demenage/);
    const done = await theirs.follow(await theirs.submit(agreeing, 'Donner mon accord'));
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
    assert.match(moves, /Accord de la personne pour que l’adresse de Camille DÉMÉNAGE devienne camille/);
    assert.match(moves, /Changement d’adresse de Camille DÉMÉNAGE demandé : un lien est envoyé à camille/);
    assert.match(moves, /L’adresse de Camille DÉMÉNAGE passe de .* à camille\.demenage@caf39\.caf\.fr/);
    for (const table of ['audit_events', 'messages', 'tokens']) {
      const stored = JSON.stringify(await portal.db(table));
      assert.ok(!stored.includes(path.split('/')[2] ?? ''), `no token in ${table}`);
    }
    for (const agent of [visitor, theirs]) agent.close();
  });

  test('P11: the message to the present address agrees, or stops; its looks use nothing up', async () => {
    const person = await createAccount(portal.db, { last_name: 'PRESENTE', password: PASSWORD });
    const ask = async (email: string) =>
      local.submit(await local.get(`/gestion/comptes/${person.id}/adresse`), SEND, {
        email,
        motif: 'Mariage',
      });
    await ask('presente.1@caf39.caf.fr');
    const present = await linkTo(person.email);
    const visitor = createAgent(portal);
    const [agreement, refusal] = [await visitor.get(present), await visitor.get(`${present}/refus`)];
    assert.deepEqual([agreement.heading, refusal.heading], ['Changement d’adresse', 'Ce n’est pas moi']);
    assert.equal(agreement.$(`main a[href="${present}/refus"]`).length, 1);
    const agreed = await visitor.follow(await visitor.submit(agreement, 'Donner mon accord'));
    assert.equal(agreed.heading, 'Accord donné');
    const again = await visitor.submit(agreement, 'Donner mon accord');
    assert.deepEqual([again.status, again.heading], [404, 'Ce lien n’est plus valable']);
    // It still refuses, until it has.
    const stopped = await visitor.follow(await visitor.submit(refusal, 'Confirmer'));
    assert.equal(stopped.heading, 'Changement arrêté');
    assert.equal((await visitor.get(`${present}/refus`)).status, 404);
    assert.equal((await visitor.get(await linkTo('presente.1@caf39.caf.fr'))).status, 404);
    const list = await local.get('/gestion/demandes/refus?q=PRESENTE');
    assert.match(list.texts('tbody tr').join(), /Changement d'adresse vers presente\.1@caf39\.caf\.fr/);
    assert.match(list.texts('tbody tr').join(), /ce n’est pas elle/);
    for (const path of [`${present}/autre`, '/adresse/reponse/inconnue', '/adresse/x'.repeat(2)])
      assert.equal((await visitor.get(path)).status, 404, path);
    visitor.close();
  });

  test('P11: « En cours » is where Ucanss agrees; a local administrator sees it locked, who asked too', async () => {
    const person = await createAccount(portal.db, { last_name: 'VERROUILLEE', password: PASSWORD });
    const email = 'verrouillee@ailleurs.fr';
    await local.submit(await local.get(`/gestion/comptes/${person.id}/adresse`), SEND, { email });
    const row = (page: { texts(selector: string): string[] }) => page.texts('tbody tr').join();
    const asker = await local.get('/gestion/demandes/en-cours?q=VERROUILLEE');
    assert.match(
      row(asker),
      /vers verrouillee@ailleurs\.fr Adresse extérieure.*Vous avez fait cette demande : la personne, ou un administrateur Ucanss autre que vous, en décide/,
    );
    const other = createAgent(portal);
    await other.signIn('wtestportail@test.fr');
    const locked = await other.get('/gestion/demandes/en-cours?q=VERROUILLEE');
    assert.match(row(locked), /attend l’accord de la personne, ou de l’Ucanss/);
    assert.ok(!locked.texts('tbody button').some((label) => /^(Accepter|Refuser)/.test(label)));
    const ucanss = createAgent(portal);
    await ucanss.signIn('national@ucanss.fr');
    const listed = await ucanss.get('/gestion/demandes/en-cours?q=VERROUILLEE&tri=role');
    assert.match(row(listed), /Changement d'adresse vers verrouillee@ailleurs\.fr/);
    const page = await ucanss.submit(listed, 'Accepter la demande de Camille VERROUILLEE');
    assert.match(
      page.texts('.confirmation').join(),
      /devienne verrouillee@ailleurs\.fr, une fois cette adresse confirmée/,
    );
    const accepted = await ucanss.follow(await ucanss.submit(page, 'Confirmer'));
    assert.match(accepted.notices.join(), /Votre accord est enregistré/);
    assert.match(row(await ucanss.get('/gestion/demandes/en-cours?q=VERROUILLEE')), /L’accord est donné/);
    assert.equal(await emailOf(person.id), person.email);
    const visitor = createAgent(portal);
    const done = await visitor.follow(
      await visitor.submit(await visitor.get(await linkTo(email)), 'Confirmer mon adresse'),
    );
    assert.equal(done.heading, 'Adresse changée');
    assert.match(row(await ucanss.get('/gestion/demandes/accepte?q=VERROUILLEE')), /par Noé NATIONAL/);
    const put = await visitor.get(`${await linkTo(person.email, 'a changé')}`);
    assert.equal(put.heading, 'Ce n’est pas moi');
    const back = await visitor.follow(await visitor.submit(put, 'Confirmer'));
    assert.equal(back.heading, 'Adresse rétablie');
    assert.equal(await emailOf(person.id), person.email);
    for (const agent of [other, ucanss, visitor]) agent.close();
  });

  test('R49, R56, P5: what is wrong is said at the field, as at creation; nothing of an account elsewhere', async () => {
    const person = await createAccount(portal.db);
    const form = await local.get(`/gestion/comptes/${person.id}/adresse`);
    const thomas = await accountOf(portal.db, 'tmantel@caf39.caf.fr');
    for (const [email, said] of [
      ['', 'Indiquez la nouvelle adresse.'],
      ['a@b', 'Indiquez une adresse complète, par exemple nom@organisme.fr.'],
      ['a@b.fr,c@d.fr', 'Indiquez une seule adresse, avec une seule arobase (@).'],
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
      (await local.follow(await local.submit(page.inOtherTab, CANCEL))).notices.join(),
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
    const wrong = await agent.submit(form, SEND_OWN, { email: 'moi@caf39.caf.fr', password: 'autre' });
    assert.equal(wrong.status, 422);
    assert.equal(wrong.texts('#password-erreur').join(), 'Erreur : Ce mot de passe n’est pas le vôtre.');
    assert.equal(wrong.$('#password').val(), undefined);
    const same = (await agent.submit(form, SEND_OWN, { email: person.email, password: PASSWORD })).refused(
      422,
    );
    assert.match(same.texts('#email-erreur').join(), /déjà votre adresse/);
    const known = await agent.follow(
      await agent.submit(form, SEND_OWN, { email: 'deontologue@extension.fr', password: PASSWORD }),
    );
    assert.match(known.notices.join(), /Un lien est envoyé à deontologue@extension\.fr/);
    const email = 'moi@caf39.caf.fr';
    const page = await agent.follow(
      await agent.submit(form.inOtherTab, SEND_OWN, { email, password: PASSWORD }),
    );
    assert.match(page.texts('.notice').join(), /moi@caf39\.caf\.fr .* n’est pas encore confirmé/);
    const answer = await agent.submit(await agent.get(await linkTo(email)), 'Confirmer mon adresse');
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
      assert.equal((await agent.submit(form, SEND_OWN, values)).status, 422);
    const limited = await agent.submit(form, SEND_OWN, { ...values, password: PASSWORD });
    assert.equal(limited.status, 429);
    assert.ok(Number(limited.headers['retry-after']) > 0);
    agent.close();
  });
});
