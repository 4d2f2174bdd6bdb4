import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type CapturedMessage, readCaptured } from '../../src/mail/captured.ts';
import { createAccount } from '../factories/accounts.ts';
import { createOrganism } from '../factories/organisms.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { allOf } from '../tools/all-of.ts';
import { eventually } from '../tools/eventually.ts';
import { clean, type FormValues, type Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const FORM = {
  nom: 'Dupont',
  prenom: 'Léa',
  email: 'lea.dupont@caf39.caf.fr',
  fonction: 'Conseillère de service à l’usager',
  telephone: '03 84 00 00 00',
  organisme: 'CAF du Jura',
  motif: 'J’arrive le 1er décembre\nau service des aides.',
};
const BUTTON = "S'inscrire";

describe('« S’inscrire »', () => {
  let portal: TestPortal;
  let agent: Agent;

  before(async () => {
    portal = await startTestPortal();
  });
  beforeEach(async () => {
    agent?.close();
    agent = createAgent(portal);
    await portal.db('rate_limits').delete();
  });
  after(async () => {
    agent?.close();
    await portal?.stop();
  });

  const register = async (values: FormValues = {}): Promise<Page> =>
    agent.submit(await agent.get('/inscription'), BUTTON, { ...FORM, ...values });
  const requestsOf = (email: string) => portal.db('requests').where({ email, kind: 'account' }).orderBy('id');
  const errorOf = (page: Page, field: string): string => clean(page.$(`#${field}-erreur`).text());

  /** The messages to this address, once there are so many. */
  async function messagesTo(email: string, count = 1): Promise<CapturedMessage[]> {
    let found: CapturedMessage[] = [];
    await eventually(async () => {
      const all = await readCaptured(portal.environment.dataDirectory, 1_000);
      found = all.filter(({ to }) => to === email);
      return found.length >= count;
    });
    return found;
  }
  const linkIn = (message: CapturedMessage | undefined): string =>
    new URL(/http\S+\/inscription\/[\w-]{43}/.exec(message?.text ?? '')?.[0] ?? '').pathname;

  test('the page and its way in: labels, what is mandatory, the organisms to choose from', async () => {
    assert.equal((await agent.get('/connexion')).$('main a[href="/inscription"]').text(), BUTTON);
    const page = await agent.get('/inscription');
    assert.equal(page.heading, 'Inscription');
    assert.deepEqual(page.texts('main form label'), [
      ...['Nom', 'Prénom', 'Email professionnel', 'Fonction', 'Téléphone', 'Organisme', 'Motif'],
    ]);
    const optional = page.$('main form :is(input, textarea):not([required])').toArray();
    assert.deepEqual(
      optional.map((each) => page.$(each).attr('name')),
      ['telephone'],
    );
    const options = page.$('datalist#organismes option').toArray();
    const names = options.map((option) => page.$(option).attr('value'));
    assert.equal(names.length, (await portal.db('organisms').count('id as n').first())?.n);
    assert.ok(names.includes('CAF du Jura') && names.includes('Urssaf Caisse nationale'));
  });

  test('F1 from the form through the message to the administrators', async () => {
    const answer = await register();
    assert.equal(answer.status, 303);
    const sent = await agent.follow(answer);
    assert.equal(sent.status, 200);
    assert.match(sent.notices.join(), /Un message vient d’être envoyé/);
    const local = createAgent(portal);
    await local.signIn('wtestportail@test.fr');
    const seen = async () => (await local.get('/gestion/demandes/en-cours?q=dupont')).column('Email');
    assert.deepEqual(await seen(), [], 'nobody sees it before the address is confirmed');

    const path = linkIn((await messagesTo(FORM.email))[0]);
    const page = await agent.get(path);
    assert.equal(page.status, 200);
    for (const said of ['Léa DUPONT', FORM.email, FORM.fonction, FORM.telephone, 'CAF du Jura']) {
      assert.ok(clean(page.$('main').text()).includes(said), said);
    }
    assert.equal((await requestsOf(FORM.email))[0].status, 'unconfirmed', 'a GET uses nothing up');
    const confirmed = await agent.follow(await agent.submit(page, 'Confirmer mon adresse'));
    assert.match(confirmed.notices.join(), /Votre adresse est confirmée/);
    assert.deepEqual(await seen(), [FORM.email]);
    local.close();
    const [message] = await messagesTo('wtestportail@test.fr');
    assert.match(message?.subject ?? '', /Léa DUPONT/);

    const again = await agent.get(path);
    assert.equal(again.status, 404);
    assert.match(again.notices.join(), /Ce lien n’est plus valable/);
    assert.equal((await agent.post(path, {})).status, 404);
  });

  test('F1 known or not, an address gets the same answer, word for word; its owner alone learns more', async () => {
    const active = await createAccount(portal.db);
    const inactive = await createAccount(portal.db, { active: false });
    const pending = 'deja.demande@caf39.caf.fr';
    await createRequest(portal.db, { email: pending });
    const withoutSecrets = ({ status, headers, text }: Page) => ({
      status,
      location: headers.location,
      text,
    });
    const unknown = withoutSecrets(await register({ email: 'inconnue@caf39.caf.fr' }));
    assert.equal(unknown.status, 303);
    for (const email of [active.email, inactive.email, pending, active.email.toUpperCase()]) {
      assert.deepEqual(withoutSecrets(await register({ email })), unknown, email);
    }
    const known = await messagesTo(active.email, 2);
    assert.ok(
      allOf(known, ({ subject, text }) => /déjà un compte/.test(subject) && !/inscription/.test(text)),
    );
    const [told] = await messagesTo(inactive.email);
    assert.equal(told?.subject, 'Votre compte est désactivé');
    assert.match(told?.text ?? '', /administrateur local de votre organisme.*habilitations@ucanss\.fr/s);

    const link = linkIn((await messagesTo(pending))[0]);
    const outcome = await agent.submit(await agent.get(link), 'Confirmer mon adresse');
    assert.equal(outcome.status, 409);
    assert.match(outcome.notices.join(), /en cours depuis le 02\/03\/2026/);
  });

  test('an account made between the form and the link: the way to sign in', async () => {
    const email = 'entre.deux@caf39.caf.fr';
    await register({ email });
    const page = await agent.get(linkIn((await messagesTo(email))[0]));
    await createAccount(portal.db, { email });
    const told = await agent.submit(page, 'Confirmer mon adresse');
    assert.equal(told.status, 409);
    assert.match(told.notices.join(), /Vous avez déjà un compte/);
    assert.equal(told.$('main a[href="/connexion"]').length, 1);
  });

  test('each fault is told at its field and in the summary; what was typed is kept', async () => {
    const { telephone, ...mandatory } = FORM;
    const empty = await register(Object.fromEntries(Object.keys(mandatory).map((name) => [name, ' '])));
    assert.equal(empty.status, 422);
    for (const name of Object.keys(mandatory)) {
      assert.match(errorOf(empty, name), /^Erreur : Indiquez votre|^Erreur : Indiquez le motif/, name);
      assert.equal(empty.$(`#${name}`).attr('aria-invalid'), 'true');
      assert.equal(empty.$(`.error-summary a[href="#${name}"]`).length, 1);
    }
    assert.equal(empty.$('#telephone').val(), telephone);
    const faults: [field: string, value: string][] = [
      ['email', 'lea.dupont'],
      ['email', 'lea@caf39.caf.fr, autre@caf39.caf.fr'],
      ['email', 'lea@caf39.caf.fr;autre@caf39.caf.fr'],
      ['email', 'lea@caf39.caf.fr autre@caf39.caf.fr'],
      ['email', 'lea@caf39.caf.fr\r\nBcc: autre@caf39.caf.fr'],
      ['email', 'Léa <lea@caf39.caf.fr> <autre@caf39.caf.fr>'],
      ['email', 'léa@caf39.caf.fr'],
      ['nom', '\u3164'],
      ['prenom', '\u200b'],
      ['fonction', '\u202e'],
      ['nom', 'D'.repeat(81)],
      ['fonction', 'C'.repeat(151)],
      ['motif', 'm'.repeat(1001)],
      ['telephone', 'pas un numéro'],
      ['telephone', '0'.repeat(31)],
      ['organisme', 'Caisse de nulle part'],
    ];
    for (const [field, value] of faults) {
      const page = await register({ email: 'refusee@caf39.caf.fr', [field]: value });
      assert.equal(page.status, 422, `${field}: ${value}`);
      assert.notEqual(errorOf(page, field), '', `${field}: ${value}`);
      assert.equal(page.$('.error-summary li').length, 1, `${field}: ${value}`);
      assert.equal(page.$('#prenom').val(), field === 'prenom' ? value : FORM.prenom);
    }
    assert.deepEqual(await requestsOf('refusee@caf39.caf.fr'), []);
  });

  test('the organism: exact code or name in one submission, whatever the case and the accents', async () => {
    const accepted: [typed: string, code: string][] = [
      ['CAF-391', 'CAF-391'],
      ['caf-391', 'CAF-391'],
      ['  CAF  du jura ', 'CAF-391'],
      ['urssaf ile-de-france', 'URSSAF-117'],
      ['CPAM de l’Ain', 'CPAM-011'],
      ['UCN', 'UCN'],
    ];
    for (const [index, [typed, code]] of accepted.entries()) {
      const email = `organisme.${index}@exemple.fr`;
      assert.equal((await register({ email, organisme: typed })).status, 303, typed);
      const [{ organism_id }] = await requestsOf(email);
      assert.equal((await portal.db('organisms').first('code').where({ id: organism_id })).code, code);
    }
  });

  test('the organism: a text that could be several offers them, and the one picked is taken', async () => {
    const email = 'plusieurs@exemple.fr';
    const page = await register({ email, organisme: 'jura' });
    assert.equal(page.status, 422);
    const offered = page.$('fieldset input').toArray();
    assert.deepEqual(
      offered.map((each) => page.$(each).attr('value')),
      ['CAF-391', 'CPAM-391'],
    );
    assert.match(errorOf(page, 'organisme_choisi'), /Plusieurs organismes correspondent à « jura »/);
    assert.equal(page.$('#nom').val(), FORM.nom, 'as it was typed');
    // Nothing picked, then something that was not offered: still a question.
    assert.equal((await agent.submit(page, BUTTON)).status, 422);
    const forged = { ...FORM, email, organisme: 'jura', organisme_choisi: 'UCN' };
    assert.equal((await agent.post('/inscription', forged)).status, 422);
    assert.equal((await agent.submit(page, BUTTON, { organisme_choisi: 'CPAM-391' })).status, 303);
    const [request, ...others] = await requestsOf(email);
    assert.deepEqual(others, []);
    const { code } = await portal.db('organisms').first('code').where({ id: request.organism_id });
    assert.equal(code, 'CPAM-391');
    // A name typed in full wins over what stays picked.
    const changed = await agent.submit(page, BUTTON, { organisme: 'UCN', organisme_choisi: 'CPAM-391' });
    assert.equal(changed.status, 303);
    const many = await register({ organisme: 'caf' });
    assert.equal(many.$('fieldset input').length, 12);
    assert.match(errorOf(many, 'organisme_choisi'), /précisez son nom/);
    assert.equal((await register({ organisme: 'lons le saunier' })).$('fieldset input').val(), 'CPAM-391');
  });

  test('a closed organism is neither offered nor taken', async () => {
    const { name } = await createOrganism(portal.db, { closed_at: new Date() });
    const page = await register({ organisme: name });
    assert.equal(page.status, 422);
    assert.match(errorOf(page, 'organisme'), /Aucun organisme ne correspond/);
    assert.ok(!page.$('datalist').text().includes(name));
  });

  test('too many forms: 429 in French, what was typed is kept', async () => {
    for (let sent = 0; sent < 10; sent += 1) assert.equal((await register()).status, 303);
    const page = await register();
    assert.equal(page.status, 429);
    assert.match(page.notices.join(), /Trop de demandes ont été envoyées. Réessayez dans 60 minutes/);
    assert.ok(Number(page.headers['retry-after']) > 3500);
    assert.equal(page.$('#motif').val()?.toString().trim().split(/\r?\n/)[1], 'au service des aides.');
    assert.equal((await register({ email: 'autre@caf39.caf.fr' })).status, 303);
  });

  test('repeated, structured and unknown fields are refused or ignored, never written', async () => {
    const email = 'melange@caf39.caf.fr';
    const twice = await agent.post('/inscription', [...Object.entries({ ...FORM, email }), ['nom', 'AUTRE']]);
    assert.equal(twice.status, 422);
    const extra = {
      status: 'pending',
      submitted_at: '2026-01-01',
      organism_id: '1',
      outside_mail_domain: 'false',
    };
    assert.equal(
      (await agent.post('/inscription', { ...FORM, email: 'x@ailleurs.example', ...extra })).status,
      303,
    );
    const [row] = await requestsOf('x@ailleurs.example');
    assert.deepEqual([row.status, row.submitted_at, row.outside_mail_domain], ['unconfirmed', null, true]);
    assert.deepEqual(await requestsOf(email), []);
  });

  test('who is signed in has no use for the form', async () => {
    await agent.signIn('tmantel@caf39.caf.fr');
    const page = await agent.get('/inscription');
    assert.deepEqual([page.status, page.headers.location], [303, '/']);
  });
});
