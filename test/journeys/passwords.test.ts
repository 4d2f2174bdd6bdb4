import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type CapturedMessage, readCaptured } from '../../src/mail/captured.ts';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { accountOf } from '../factories/accounts.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { allOf } from '../tools/all-of.ts';
import { sha1, writeList } from '../tools/breached-list.ts';
import { eventually } from '../tools/eventually.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const THOMAS = 'tmantel@caf39.caf.fr';
const PASSWORD = 'trois cerises bleues volent';
const LINK = /http\S+\/(activation|mot-de-passe)\/[\w-]{43}/;
const LEAKED = 'quatre prunes vertes dansent';

describe('« Mot de passe oublié » and the links of messages', () => {
  let portal: TestPortal;
  let agent: Agent;
  const folder = mkdtempSync(join(tmpdir(), 'portail-leaked-'));

  before(async () => {
    const list = join(folder, 'list.txt');
    writeList(list, [sha1(LEAKED)]);
    portal = await startTestPortal({ environment: { BREACHED_PASSWORDS_FILE: list } });
  });
  beforeEach(async () => {
    agent?.close();
    agent = createAgent(portal);
    await portal.db('rate_limits').delete();
  });
  after(async () => {
    agent?.close();
    await portal?.stop();
    rmSync(folder, { recursive: true });
  });

  const messagesTo = async (email: string) =>
    (await readCaptured(portal.environment.dataDirectory, 1_000)).filter(({ to }) => to === email);
  const ask = async (email: string) =>
    agent.submit(await agent.get('/mot-de-passe/oubli'), 'Recevoir le lien', { email });

  /** Asks for a link and waits for the message. */
  async function receive(email: string): Promise<CapturedMessage> {
    // What tells of the change before may come late.
    const links = async () => (await messagesTo(email)).filter(({ text }) => LINK.test(text));
    const before = (await links()).length;
    await ask(email);
    await eventually(async () => (await links()).length > before);
    const [message] = await links();
    return message as CapturedMessage;
  }

  const pathIn = (message: CapturedMessage) => new URL(LINK.exec(message.text)?.[0] ?? '').pathname;

  test('the sign-in page leads to the form, and the form has its words', async () => {
    const signIn = await agent.get('/connexion');
    assert.equal(signIn.$('a[href="/mot-de-passe/oubli"]').text().trim(), 'Mot de passe oublié\u00a0?');
    const page = await agent.get('/mot-de-passe/oubli');
    assert.equal(page.heading, 'Mot de passe oublié');
    assert.deepEqual(page.texts('main label'), ['Email professionnel']);
  });

  test('from the form to « Mes informations » with a new password; the old one and the link are worth nothing', async () => {
    const elsewhere = createAgent(portal);
    await elsewhere.signIn(THOMAS);
    const path = pathIn(await receive(THOMAS));
    assert.match(path, /^\/mot-de-passe\//);

    const page = await agent.get(path);
    assert.equal(page.status, 200);
    assert.equal(page.headers['cache-control'], 'no-store');
    assert.deepEqual(page.texts('main label'), [
      'Email professionnel',
      'Nouveau mot de passe',
      'Confirmation',
    ]);
    const answer = await agent.submit(page, 'Enregistrer', { password: PASSWORD, confirmation: PASSWORD });
    assert.equal(answer.status, 303);
    const home = await agent.follow(answer);
    assert.equal(home.heading, 'Mes informations');
    assert.ok(home.notices.includes('Votre mot de passe est enregistré. Vous êtes connecté.'));

    // Every other session of the account has ended.
    assert.match(String((await elsewhere.get('/mes-informations')).headers.location), /^\/connexion/);
    elsewhere.close();
    const used = await createAgent(portal).get(path);
    assert.equal(used.status, 404);
    assert.equal(used.heading, 'Ce lien n’est plus valable');
    assert.equal(used.$('main a[href="/mot-de-passe/oubli"]').length, 1);
    const refused = await agent.submit(await createAgent(portal).get('/connexion'), 'Se connecter', {
      email: THOMAS,
      password: demonstrationPassword,
    });
    assert.notEqual(refused.headers.location, '/mes-informations');
    await createAgent(portal).signIn(THOMAS, PASSWORD);
  });

  test('an account without a password gets an activation link instead, and the first password signs in', async () => {
    const account = await portal
      .db('accounts')
      .first('email')
      .where({ active: true })
      .whereNotIn('id', portal.db('credentials').select('account_id'))
      // Who administers lands elsewhere.
      .whereNotIn('id', portal.db('assignments').select('account_id').whereNot({ role_kind: 'ordinary' }))
      .orderBy('id');
    const message = await receive(account.email);
    const path = pathIn(message);
    assert.match(path, /^\/activation\//);
    assert.match(message.text, /72\u00a0heures/);
    const page = await agent.get(path);
    assert.equal(page.heading, 'Activation de votre compte');
    const home = await agent.follow(
      await agent.submit(page, 'Enregistrer', { password: PASSWORD, confirmation: PASSWORD }),
    );
    assert.equal(home.heading, 'Mes informations');
  });

  test('known, unknown or inactive: the same answer', async () => {
    const answers = [];
    for (const email of [THOMAS, 'personne@nulle-part.fr', 'parti@caf39.caf.fr']) {
      const answer = await ask(email);
      const page = await agent.follow(answer);
      answers.push([
        answer.status,
        answer.headers.location,
        page.status,
        page.notices,
        page.texts('main').join(),
      ]);
    }
    assert.deepEqual(answers[1], answers[0]);
    assert.deepEqual(answers[2], answers[0]);
    assert.match(String(answers[0]?.[3]), /Si cette adresse est celle d’un compte/);
    const inactive = await accountOf(portal.db, 'parti@caf39.caf.fr');
    await eventually(async () =>
      Boolean(
        await portal
          .db('audit_events')
          .first()
          .where({ action: 'password.reset_requested', subject_account_id: inactive.id }),
      ),
    );
    assert.deepEqual(await messagesTo(inactive.email), []);
  });

  test('the tenth form of an hour for an address is taken, the eleventh is a 429, known or not', async () => {
    for (const email of ['wadama@ucanss.fr', 'inconnue@nulle-part.fr']) {
      for (let time = 0; time < 10; time += 1) assert.equal((await ask(email)).status, 303);
      const eleventh = await ask(email);
      assert.equal(eleventh.status, 429);
      assert.match(eleventh.text, /Trop de liens ont été demandés/);
      assert.ok(Number(eleventh.headers['retry-after']) > 0);
    }
  });

  test('a mistake is told at its field, and the link still holds', async () => {
    const path = pathIn(await receive('directrice@caf39.caf.fr'));
    const page = await agent.get(path);
    for (const [values, field, message] of [
      [{ password: '', confirmation: '' }, 'password', 'Indiquez votre mot de passe.'],
      [
        { password: PASSWORD, confirmation: 'autre chose' },
        'confirmation',
        'Les deux mots de passe sont différents.',
      ],
      [
        { password: 'court', confirmation: 'court' },
        'password',
        'Un mot de passe a 12 caractères au moins : il en manque 7.',
      ],
      [
        { password: 'Odile Directrice 39', confirmation: 'Odile Directrice 39' },
        'password',
        /liés à vous ou au portail/,
      ],
      [
        { password: LEAKED, confirmation: LEAKED },
        'password',
        'Ce mot de passe figure dans des fuites de données publiées : choisissez-en un autre.',
      ],
      [
        { password: 'x'.repeat(129), confirmation: 'x'.repeat(129) },
        'password',
        'Un mot de passe a 128 caractères au plus.',
      ],
    ] as const) {
      const answer = await agent.submit(page, 'Enregistrer', values);
      assert.equal(answer.status, 422);
      const said = answer.texts(`#${field}-erreur`).join();
      if (typeof message === 'string') assert.ok(said.includes(message), said);
      else assert.match(said, message);
      assert.equal(answer.$(`[data-error-summary] a[href="#${field}"]`).length, 1);
      assert.ok(!answer.text.includes(values.password === '' ? '\0' : `value="${values.password}"`));
    }
    assert.equal((await agent.get(path)).status, 200);
  });

  test('what is typed is judged by the same rule, for who has a link', async () => {
    const path = pathIn(await receive('directrice@caf39.caf.fr'));
    const lien = path.split('/')[2] ?? '';
    const judge = (fields: Record<string, string>) => agent.post('/mot-de-passe/force', fields);
    const good = await judge({ usage: 'password_reset', lien, password: PASSWORD });
    assert.deepEqual(JSON.parse(good.text), {
      accepted: true,
      message: 'Ce mot de passe est assez difficile à deviner.',
    });
    const weak = JSON.parse(
      (await judge({ usage: 'password_reset', lien, password: 'Odile Directrice' })).text,
    );
    assert.equal(weak.accepted, false);
    const leaked = JSON.parse((await judge({ usage: 'password_reset', lien, password: LEAKED })).text);
    assert.match(leaked.message, /figure dans des fuites de données publiées/);
    assert.equal((await judge({ usage: 'password_reset', lien: 'x', password: PASSWORD })).status, 404);
    assert.equal((await judge({ usage: 'autre', lien, password: PASSWORD })).status, 422);
    assert.equal((await judge({})).status, 422);
  });

  test('links that never were, in any shape, are that same 404 page', async () => {
    for (const token of ['x', 'a'.repeat(5_000), '%00', '..%2f..', 'é', '1']) {
      for (const path of [`/activation/${encodeURI(token)}`, `/mot-de-passe/${encodeURI(token)}`]) {
        assert.equal((await agent.get(path)).status, 404, path);
        const posted = await agent.post(path, { password: PASSWORD, confirmation: PASSWORD });
        assert.equal(posted.status, 404, path);
      }
    }
  });

  test('100 posts of one link at once: one signs in', async () => {
    const path = pathIn(await receive('suppleante@caf39.caf.fr'));
    const fields = { password: PASSWORD, confirmation: PASSWORD };
    const answers = await Promise.all(Array.from({ length: 100 }, () => agent.post(path, fields)));
    // Where the machine is slow, some wait too long, and are told to come back.
    const others = answers.filter(({ status }) => status !== 303);
    assert.ok(allOf(others, ({ status }) => status === 404 || status === 503));
    const late = createAgent(portal);
    answers.push(await late.post(path, fields));
    late.close();
    assert.equal(answers.filter(({ status }) => status === 303).length, 1);
  });

  test('who is signed in as somebody else becomes the person of the link', async () => {
    await agent.signIn('wadama@ucanss.fr');
    const message = await receive('wtestportail@test.fr');
    const page = await agent.get(pathIn(message));
    const home = await agent.follow(
      await agent.submit(page, 'Enregistrer', { password: PASSWORD, confirmation: PASSWORD }),
    );
    assert.ok(home.texts('header').join().includes('Welcome TESTPORTAIL'));
  });
});
