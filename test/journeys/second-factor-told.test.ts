import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatDate } from '../../src/presenters/format.ts';
import { hashRecoveryCode } from '../../src/services/own-factors.ts';
import { grant } from '../factories/assignments.ts';
import { createFactors, createPasskey } from '../factories/factors.ts';
import type { Page } from '../tools/page.ts';
import { softwareKey } from '../tools/software-key.ts';
import { PASSWORD, useSecondFactors } from './second-factor-stage.ts';

const SECURITY = '/mes-informations/securite';

describe('R89: what is told beside second factors', () => {
  const stage = useSecondFactors();

  test('« Nouveaux codes de secours » says what becomes of those that were printed, before it does anything', async () => {
    const { person, agent, codes } = await stage.enrolled();
    const page = await stage.askNewCodes(agent);
    assert.match(
      page.texts('main').join(),
      /Dix nouveaux codes remplacent les anciens, qui ne serviront plus/,
    );
    assert.ok(!(await stage.eventsOf(person)).includes('factor.codes_renewed'));
    await stage.signOut(agent);
    const step = await stage.passwordOf(agent, person);
    const facteur = codes[0] ?? '';
    assert.equal((await agent.submit(step, 'Valider', { facteur })).status, 303, 'they still serve');
    const shown = await agent.follow(await agent.submit(await stage.askNewCodes(agent), 'Confirmer'));
    assert.equal(shown.heading, 'Vos codes de secours');
    assert.match(shown.notices.join(), /Vos codes de secours précédents ne servent plus/);
    assert.equal(new Set([...codes, ...stage.codesOn(shown)]).size, 20);
  });

  test('the first codes replace none; their file says of which portal they are, whose, and of which day', async () => {
    const { person, agent } = await stage.signedIn();
    const page = await agent.get(`${SECURITY}/application`);
    const key = page.texts('.secret-key').join('').replace(/\s/g, '');
    const shown = await agent.follow(await agent.submit(page, 'Valider', { facteur: stage.codeOf(key) }));
    assert.equal(shown.heading, 'Vos codes de secours');
    assert.doesNotMatch(shown.notices.join(), /précédents/);
    const file = decodeURIComponent(shown.$('a[download]').attr('href') ?? '');
    const [, address = '', owner = ''] = file.split('\r\n');
    assert.match(address, /^http:\/\//);
    assert.match(owner, new RegExp(`${person.email}, le \\d{2}/\\d{2}/\\d{4}$`));
    const sheet = shown.texts('main p');
    assert.ok(
      sheet.some((text) => text.includes(owner) && text.includes(address)),
      'so does the sheet',
    );
    assert.equal(shown.$('[data-print][hidden]').length, 1, 'no button without script');
  });

  test('« Nouveaux codes de secours » of who has no factor leads back, and says why', async () => {
    const { agent } = await stage.signedIn();
    const back = await agent.visit(`${SECURITY}/codes`);
    assert.equal(back.heading, 'Ma sécurité');
    assert.match(back.notices.join(), /vont avec un second facteur/);
  });

  test('after too many wrong codes a passkey is spoken of to who has one, and to nobody else', async () => {
    const { person, agent } = await stage.enrolled();
    await stage.forget(person);
    const asked = await agent.get('/mes-informations/identite');
    for (let wrong = 0; wrong < 5; wrong += 1) await agent.submit(asked, 'Continuer', { facteur: '000001' });
    const told = async () => {
      const limited = await agent.submit(asked, 'Continuer', { facteur: '000001' });
      assert.equal(limited.status, 429);
      return limited.texts('.field-error').join();
    };
    assert.match(await told(), /Réessayez dans 15 minutes\.$/);
    await createPasskey(stage.db, person, 'Mon ordinateur');
    assert.match(await told(), /Réessayez dans 15 minutes, ou utilisez une clé d’accès\.$/);
  });

  test('the account page of who administers says to a colleague who resets their second factor', async () => {
    const { person: admin, agent } = await stage.signedIn({ organism: 'CAF-391' });
    const [{ person: other }, { person: ordinary }] = await Promise.all([
      stage.signedIn({ organism: 'CAF-391' }),
      stage.signedIn({ organism: 'CAF-391' }),
    ]);
    for (const each of [admin, other])
      await grant(stage.db, each, 'administrateur-local', { organism: 'CAF-391' });
    const locks = async ({ id }: { id: number }) =>
      (await agent.get(`/gestion/comptes/${id}`)).texts('.identity .lock').join();
    assert.equal(await locks(other), '', 'there is nothing to reset');
    for (const each of [other, ordinary]) await createFactors(stage.db, each);
    assert.match(
      await locks(other),
      /seule l’Ucanss réinitialise son second facteur.*habilitations@ucanss\.fr/,
    );
    assert.equal(await locks(ordinary), '');
  });

  test('« Changer de mot de passe » refuses the present one, and tells faults as its fields stand', async () => {
    const { agent } = await stage.signedIn();
    const page = await agent.get(`${SECURITY}/mot-de-passe`);
    const faultsOf = async (fields: Record<string, string>) => {
      const again = await agent.submit(page, 'Enregistrer', fields);
      assert.equal(again.status, 422);
      return again.texts('.error-summary li');
    };
    const same = 'C’est déjà votre mot de passe : choisissez-en un autre.';
    const typed = { actuel: PASSWORD, password: PASSWORD };
    assert.deepEqual(await faultsOf({ ...typed, confirmation: PASSWORD }), [same]);
    assert.deepEqual(await faultsOf({ ...typed, confirmation: 'autre' }), [
      same,
      'Les deux mots de passe sont différents.',
    ]);
    const wrong = 'lanterne-violette-39-moulins';
    assert.deepEqual(await faultsOf({ actuel: wrong, password: wrong, confirmation: wrong }), [
      'Ce mot de passe n’est pas le vôtre.',
    ]);
    assert.deepEqual(await faultsOf({ actuel: '', password: '', confirmation: '' }), [
      'Saisissez votre mot de passe actuel.',
      'Saisissez votre nouveau mot de passe.',
      'Confirmez votre mot de passe.',
    ]);
  });

  test('where passkeys cannot be used, the second step and the proof of identity say why, and what serves', async () => {
    const { person, agent } = await stage.signedIn();
    await createPasskey(stage.db, person, 'Mon ordinateur');
    const told = (page: Page) => page.texts('[data-without-passkeys]').join();
    await stage.forget(person);
    assert.match(
      told(await agent.get('/mes-informations/identite')),
      /demande JavaScript.* ; un code de secours convient/,
    );
    await stage.signOut(agent);
    assert.match(
      told(await stage.passwordOf(agent, person)),
      /demande JavaScript.* ; un code de secours convient/,
    );
    await createFactors(stage.db, person);
    assert.match(told(await agent.get('/connexion/second-facteur')), / ; un code de votre application/);
    const other = await stage.enrolled();
    await stage.signOut(other.agent);
    assert.equal(told(await stage.passwordOf(other.agent, other.person)), '', 'of who has none, nothing');
  });

  test('the page that replaces an application is called so, and says that other sessions will be closed', async () => {
    const { agent } = await stage.signedIn();
    const path = `${SECURITY}/application`;
    const closes = /vos autres sessions seront fermées/;
    const first = await agent.get(path);
    assert.equal(first.heading, 'Ajouter une application d’authentification');
    assert.match(first.texts('main').join(), closes);
    assert.match((await agent.get(`${SECURITY}/cles`)).texts('main').join(), closes);
    await stage.enrol(agent);
    const again = await agent.get(path);
    const called = 'Remplacer l’application d’authentification';
    assert.equal(again.heading, called);
    assert.equal(again.texts('title').join(), `${called} – Espace Organismes`);
    assert.equal(again.texts('.breadcrumb-line [aria-current]').join(), called);
  });

  test('new recovery codes say whose they are and of which day, on the page and in its file', async () => {
    const { person, agent } = await stage.enrolled();
    const shown = await agent.follow(await agent.submit(await stage.askNewCodes(agent), 'Confirmer'));
    const day = formatDate(stage.portal.clock.now());
    const owner = `${person.first_name} ${person.last_name}, ${person.email}, le ${day}`;
    assert.ok(shown.texts('main').join().includes(owner));
    const file = decodeURIComponent(shown.$('a[download]').attr('href') ?? '');
    assert.ok(file.includes(owner));
    assert.match(shown.texts('main').join(), /ne seront plus montrés une fois cette page quittée/);
  });

  test('« Ma sécurité » says that a second factor is optional to who has none and need not', async () => {
    const { agent } = await stage.signedIn();
    const isOptional = async () =>
      (await agent.get(SECURITY)).texts('main').join().includes('Facultatif pour votre profil');
    assert.equal(await isOptional(), true);
    await stage.enrol(agent);
    assert.equal(await isOptional(), false);
  });

  test('two passkeys of one person are never called the same: told at the field, the next name is proposed', async () => {
    const { person, agent } = await stage.signedIn();
    const proposed = async () => (await agent.get(`${SECURITY}/cles`)).$('[name=nom]').val();
    const device = String(await proposed());
    const id = await createPasskey(stage.db, person, device);
    await createPasskey(stage.db, person, `${device} 2`);
    assert.equal(await proposed(), `${device} 3`);
    const options = JSON.parse((await agent.get(`${SECURITY}/cles/options`)).text);
    const reponse = JSON.stringify(softwareKey({ origin: stage.portal.url }).create(options));
    const nom = device.toUpperCase();
    const adding = await agent.post(`${SECURITY}/cles`, { _csrf: await agent.token(), nom, reponse });
    const form = await agent.get(`${SECURITY}/cles/${id}/nom`);
    const renaming = await agent.submit(form, 'Enregistrer', { nom: `${device} 2` });
    for (const page of [adding, renaming]) {
      assert.equal(page.status, 422);
      assert.match(page.texts('.field-error').join(), /Vous avez déjà une clé d’accès de ce nom\.$/);
    }
    assert.equal(adding.$('[name=nom]').val(), nom);
    assert.equal((await stage.db('passkeys').where({ account_id: person.id })).length, 2);
    const own = await agent.submit(form, 'Enregistrer', { nom });
    assert.equal(own.status, 303, 'its own name, in capitals');
  });

  test('« Fermer » says which session it closes', async () => {
    const { person } = await stage.signedIn();
    await stage.db.raw(
      `UPDATE sessions SET sess = jsonb_set(sess::jsonb, '{startedAt}', '1790000000000')::json WHERE account_id = ?`,
      [person.id],
    );
    await stage.passwordOf(stage.newAgent(), person);
    const agent = stage.newAgent();
    await stage.passwordOf(agent, person);
    const names = (await agent.get(SECURITY))
      .texts('.own-factors button')
      .filter((name) => /^Fermer/.test(name));
    assert.equal(names.length, 2);
    assert.equal(new Set(names).size, 2);
    for (const name of names) assert.match(name, /^Fermer la session .*, ouverte le \d\d\/\d\d\/\d{4} à/);
  });

  test('who signs in by a recovery code is told how many are left, once', async () => {
    const { person, agent, codes } = await stage.enrolled();
    for (const [rank, told] of [/ne servira plus : il vous en reste 9\./, /c’était le dernier\./].entries()) {
      await stage.signOut(agent);
      const step = await stage.passwordOf(agent, person);
      const landed = await agent.follow(await agent.submit(step, 'Valider', { facteur: codes[rank] ?? '' }));
      assert.match(landed.notices.join(), told);
      assert.doesNotMatch((await agent.get('/mes-informations')).notices.join(), /code de secours/);
      // As if all but the second one had served.
      await stage
        .db('recovery_codes')
        .where({ account_id: person.id, used_at: null })
        .whereNot({ code_hash: hashRecoveryCode(person.id, codes[1] ?? '') })
        .update({ used_at: stage.portal.clock.now() });
    }
  });
});
