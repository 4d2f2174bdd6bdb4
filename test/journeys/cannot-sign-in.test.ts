import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createAgent } from '../tools/agent.ts';
import { clean, type Page } from '../tools/page.ts';
import { named, useAccounts } from './accounts-stage.ts';

describe('a colleague cannot sign in: the account page says why, and sends the activation link again', () => {
  const stage = useAccounts();

  const facts = (page: Page): string[] => {
    const access = page.$('.identity dt').filter((_index, term) => page.$(term).text() === 'Accès');
    return access.length === 0 ? [] : [clean(access.next('dd').text().replace(/\s+/g, ' '))];
  };
  const link = (accountId: number, year: number) =>
    stage.db('tokens').insert({
      ...{ purpose: 'activation', token_hash: `t${accountId}${year}`, account_id: accountId },
      created_at: '2020-01-01',
      expires_at: `${year}-06-01`,
    });
  const page = (id: number) => stage.admin.get(`/gestion/comptes/${id}`);
  const resend = (account: Parameters<typeof named>[0]) =>
    `Renvoyer le lien d'activation à ${named(account)}`;

  test('never activated: until when the link holds, since when it does not, or that there is none', async () => {
    const person = await createAccount(stage.db);
    assert.match(facts(await page(person.id)).join(), /^Jamais activé, aucun lien en cours$/);
    await link(person.id, 2021);
    assert.match(
      facts(await page(person.id)).join(),
      /^Jamais activé, lien expiré le \d\d\/\d\d\/\d{4} à \d\d:\d\d$/,
    );
    await link(person.id, 2090);
    assert.match(facts(await page(person.id)).join(), /^Jamais activé, lien valable jusqu’au /);
  });

  test('activated: wrong passwords since a day are counted, and a limit says for how long', async () => {
    const email = 'tmantel@caf39.caf.fr';
    const { id } = await stage.accountOf(email);
    assert.deepEqual(facts(await page(id)), ['Activé']);
    const stranger = createAgent(stage.portal);
    const token = await stranger.token();
    for (let rank = 0; rank < 15; rank += 1)
      await stranger.post('/connexion', { _csrf: token, email, password: `faux-${rank}` });
    stranger.close();
    const said = facts(await page(id)).join();
    assert.match(
      said,
      /^Activé ?15 mots de passe refusés depuis 24 heures ?Connexion refusée encore 1[45] minutes, après trop d’échecs$/,
    );
    assert.equal((await page(id)).texts('button').filter((text) => /activation/.test(text)).length, 0);
  });

  test('an inactive account says nothing of it', async () => {
    const person = await createAccount(stage.db, { active: false });
    assert.deepEqual(facts(await page(person.id)), []);
  });

  test("« Renvoyer le lien d'activation » voids the links before, sends one, and is traced", async () => {
    const person = await createAccount(stage.db);
    await link(person.id, 2090);
    const asked = await stage.admin.submit(await page(person.id), resend(person));
    assert.match(asked.texts('[data-confirmation]').join(), /avec un lien pour choisir son mot de passe/);
    const done = await stage.admin.follow(await stage.admin.submit(asked, 'Confirmer'));
    assert.match(done.notices.join(), /Un nouveau lien d’activation est envoyé à /);
    const messages = await stage.db('messages').where({ account_id: person.id });
    assert.deepEqual(
      messages.map(({ template, recipient, data }) => [template, recipient, data.cause]),
      [['activation', person.email, 'resent']],
    );
    const [before_] = await stage.db('tokens').where({ token_hash: `t${person.id}2090` });
    assert.notEqual(before_.used_at, null);
    const [event] = await stage.db('audit_events').where({ action: 'account.activation_resent' });
    const me = await stage.accountOf('wtestportail@test.fr');
    assert.deepEqual(
      [event.actor_account_id, event.subject_account_id, event.organism_id, event.details],
      [me.id, person.id, person.organism_id, { to: person.email }],
    );
    assert.match(facts(await page(person.id)).join(), /Lien (en attente d’envoi|envoyé)/);
  });

  test('five an hour for a person, then it waits; what is refused counts for nothing', async () => {
    const person = await createAccount(stage.db);
    const send = async () => {
      const form = await stage.admin.get(`/gestion/comptes/${person.id}/activation`);
      return stage.admin.submit(form, 'Confirmer');
    };
    // Somebody else's administrator, who may not: the person is none of theirs.
    const other = await stage.enter('admin.cpam39@assurance-maladie.fr');
    const forged = { _csrf: await other.token(), organisme: 'CPAM-391' };
    for (let rank = 0; rank < 6; rank += 1)
      assert.equal((await other.post(`/gestion/comptes/${person.id}/activation`, forged)).status, 404);
    other.close();
    for (let rank = 0; rank < 5; rank += 1) assert.equal((await send()).status, 303);
    const refused = await send();
    assert.equal(refused.status, 429);
    assert.match(refused.text, /5 liens ont été envoyés à cette personne depuis une heure/);
    assert.equal((await stage.db('messages').where({ account_id: person.id })).length, 5);
  });

  test('P1, P5, P9, activated, inactive: refused beforehand, with nothing to confirm', async () => {
    const beyond = await createAccount(stage.db);
    await grant(stage.db, beyond, 'auditeur');
    const inactive = await createAccount(stage.db, { active: false });
    const activated = await stage.accountOf('tmantel@caf39.caf.fr');
    const me = await stage.accountOf('wtestportail@test.fr');
    for (const { id } of [beyond, inactive, activated, me]) {
      const form = await stage.admin.get(`/gestion/comptes/${id}/activation`);
      assert.ok(!form.texts('button').includes('Confirmer'), String(id));
      await stage.admin.confirmAnyway(form);
    }
    const elsewhere = await createAccount(stage.db, { organism: 'CPAM-391' });
    assert.equal((await stage.admin.get(`/gestion/comptes/${elsewhere.id}/activation`)).status, 404);
    const ids = [beyond, inactive, activated, me].map(({ id }) => id);
    const messages = await stage.db('messages').whereIn('account_id', ids).where({ template: 'activation' });
    assert.deepEqual(messages, []);
  });
});
