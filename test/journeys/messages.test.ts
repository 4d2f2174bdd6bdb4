import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { createFailedMessage } from '../factories/messages.ts';
import { createOrganism } from '../factories/organisms.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { eventually } from '../tools/eventually.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const LIST = '/gestion/messages';
const MENU = 'nav[aria-label="Menu principal"]';

describe('« Messages »', () => {
  let portal: TestPortal;
  let national: Agent;
  let auditor: Agent;

  before(async () => {
    portal = await startTestPortal();
    national = createAgent(portal);
    await national.signIn('national@ucanss.fr');
    auditor = createAgent(portal);
    await auditor.signIn('auditeur@ucanss.fr');
  });
  after(async () => {
    national?.close();
    auditor?.close();
    await portal?.stop();
  });

  const messageOf = (id: number) => portal.db('messages').first().where({ id });
  const resent = async (recipient: string): Promise<number> =>
    (
      await portal
        .db('audit_events')
        .where({ action: 'message.resent' })
        .whereRaw(`details->>'to' = ?`, [recipient])
    ).length;
  /** A message that failed; no job is there to send it. */
  const message = (recipient: string, fields: Record<string, unknown> = {}) =>
    createFailedMessage(portal.db, { recipient, ...fields });
  /** Does something while a message is being sent: its row is then locked. */
  async function whileLeaving<T>(id: number, work: () => Promise<T>): Promise<T> {
    const held = await portal.db.transaction();
    await held('messages').where({ id }).forUpdate();
    try {
      return await work();
    } finally {
      await held.rollback();
    }
  }

  test('nothing failed: no badge, and the page says so with the way to every message', async () => {
    const page = await national.get(LIST);
    assert.equal(page.status, 200);
    assert.equal(page.heading, 'Messages');
    assert.match(page.text, /Aucun message en échec ou en retard/);
    assert.ok(page.texts(`${MENU} .side-title`).includes('National'));
    assert.ok(page.texts(`${MENU} a`).includes('Messages'));
  });

  test('R83: one that was withdrawn with its batch says so, is nothing to look at, and is not sent again', async () => {
    const withdrawn = { status: 'withdrawn', last_error: null, attempts: 0 };
    const id = await message('retiree@caf39.caf.fr', {
      ...withdrawn,
      created_at: '2026-11-22T08:00:00.000Z',
    });
    assert.match((await national.get(LIST)).text, /Aucun message en échec ou en retard/);
    const all = await national.get(`${LIST}?etat=tous&q=retiree`);
    assert.deepEqual([all.column('État'), all.texts('main table button')], [['Retiré'], []]);
    await national.follow(
      await national.post(`/gestion/messages/${id}/renvoi`, { _csrf: await national.token() }),
    );
    assert.equal((await messageOf(id)).status, 'withdrawn');
    assert.equal(await resent('retiree@caf39.caf.fr'), 0);
    await portal.db('messages').where({ id }).delete();
  });

  test('what failed or waits for long is shown first, with why in plain words and no link or token', async () => {
    const account = await accountOf(portal.db, 'tmantel@caf39.caf.fr');
    await message('inconnue@caf39.caf.fr', {
      template: 'password-reset',
      data: JSON.stringify({ firstName: 'Thomas', lastName: 'MANTEL' }),
      account_id: account.id,
    });
    await message('serveur@caf39.caf.fr', { last_error: 'ECONNREFUSED CONN' });
    const waiting = { status: 'queued', last_error: null, attempts: 0 };
    await message('attend@caf39.caf.fr', { ...waiting, created_at: '2026-11-22T08:54:59.000Z' });
    await message('a-l-instant@caf39.caf.fr', { ...waiting, created_at: '2026-11-22T08:58:00.000Z' });
    // Its first attempt failed a moment ago: others follow, and it need not wait for the last of them to be seen.
    await message('essayee@caf39.caf.fr', {
      ...{ ...waiting, last_error: 'ECONNREFUSED CONN', attempts: 1, created_at: '2026-11-22T08:58:00.000Z' },
    });
    const sent = { status: 'sent', last_error: null, sent_at: '2026-11-20T09:00:00.000Z' };
    await message('partie@caf39.caf.fr', sent);
    for (const agent of [national, auditor]) {
      const page = await agent.get(LIST);
      assert.deepEqual(page.column('Destinataire').toSorted(), [
        'attend@caf39.caf.fr',
        'essayee@caf39.caf.fr',
        'inconnue@caf39.caf.fr',
        'serveur@caf39.caf.fr',
      ]);
      assert.equal(page.column('Destinataire')[0], 'essayee@caf39.caf.fr', 'the latest first');
      assert.deepEqual(page.column('État').toSorted(), ['En attente', 'En attente', 'En échec', 'En échec']);
      assert.ok(page.column('Dernière erreur').some((text) => /refuse cette adresse/.test(text)));
      assert.ok(page.column('Dernière erreur').some((text) => /ne répond pas/.test(text)));
      assert.match(page.column('Objet').join(), /mot de passe/i);
      assert.doesNotMatch(page.text, /\/mot-de-passe\/[\w-]{20}|EENVELOPE/);
      assert.match(page.texts(`${MENU} a`).join(), /Messages3 \(3 messages en échec\)/);
    }
    // What was sent again waits from then on, however long ago it was written.
    const again = { ...waiting, created_at: '2026-11-20T09:00:00.000Z' };
    const renewed = [
      await message('redite@caf39.caf.fr', { ...again, resent_at: '2026-11-22T08:55:01.000Z' }),
      await message('redite-tot@caf39.caf.fr', { ...again, resent_at: '2026-11-22T08:54:59.000Z' }),
    ];
    assert.deepEqual((await national.get(`${LIST}?q=redite`)).column('Destinataire'), [
      'redite-tot@caf39.caf.fr',
    ]);
    await portal.db('messages').whereIn('id', renewed).delete();
    assert.deepEqual((await national.get(`${LIST}?q=serveur`)).column('Destinataire'), [
      'serveur@caf39.caf.fr',
    ]);
    assert.match((await national.get(`${LIST}?q=personne`)).text, /Aucun message ne correspond/);
    const counts = { echec: 2, attente: 3, envoye: 1, tous: 6 };
    for (const [state, count] of Object.entries(counts)) {
      const shown = await national.get(`${LIST}?etat=${state}&taille=100`);
      assert.equal(shown.rows.length, count, state);
    }
    const odd = await national.get(`${LIST}?etat=perdu`);
    assert.match(odd.notices.join(), /cette valeur est inconnue/);
    assert.equal(odd.rows.length, 4);
    const tried = await national.get(`${LIST}?q=essayee`);
    assert.ok(tried.texts('main button').some((name) => /^Renvoyer/.test(name)));
  });

  test('« Renvoyer le message à … » queues it anew, once, and says so; an auditor has no such act', async () => {
    const recipient = 'a-renvoyer@caf39.caf.fr';
    const id = await message(recipient, { created_at: '2026-11-19T09:00:00.000Z' });
    assert.ok(!(await auditor.get(LIST)).texts('main button').some((name) => /^Renvoyer/.test(name)));
    const page = await national.get(`${LIST}?q=a-renvoyer`);
    const name = `Renvoyer le message à ${recipient}`;
    const done = await national.follow(await national.submit(page.inOtherTab, name));
    assert.equal(done.path, `${LIST}?perimetre=tous&q=a-renvoyer`);
    assert.match(done.notices.join(), /est remis en envoi/);
    const again = await national.follow(await national.submit(page.inOtherTab, name));
    assert.match(again.notices.join(), /déjà (en cours d’envoi|été envoyé)/);
    assert.equal(await resent(recipient), 1);
    // The worker of this portal sends it: the message was not lost.
    await eventually(async () => (await messageOf(id)).status === 'sent');
    const late = await national.follow(await national.submit(page.inOtherTab, name));
    assert.match(late.notices.join(), /a déjà été envoyé le 22\/11\/2026/);
    assert.equal(await resent(recipient), 1);
  });

  test('a message that is leaving is not sent a second time, and one that does not exist is a 404', async () => {
    const id = await message('en-route@caf39.caf.fr');
    const page = await national.get(`${LIST}?q=en-route`);
    const busy = await whileLeaving(id, () =>
      national.submit(page, 'Renvoyer le message à en-route@caf39.caf.fr').then(national.follow),
    );
    assert.match(busy.notices.join(), /déjà en cours d’envoi/);
    assert.equal((await messageOf(id)).status, 'failed');
    const fresh = await message('en-attente@caf39.caf.fr', {
      ...{ status: 'queued', last_error: null, created_at: '2026-11-22T08:58:00.000Z' },
    });
    const _csrf = await national.token();
    const early = await national.follow(await national.post(`${LIST}/${fresh}/renvoi`, { _csrf }));
    assert.match(early.notices.join(), /déjà en cours d’envoi/);
    assert.deepEqual(
      [(await messageOf(fresh)).resent_at, await resent('en-attente@caf39.caf.fr')],
      [null, 0],
    );
    for (const bad of ['0', 'x', '999999999']) {
      assert.equal((await national.post(`${LIST}/${bad}/renvoi`, { _csrf })).status, 404);
    }
  });

  test('the badge counts what Ucanss decides, in the organism chosen or everywhere', async () => {
    const person = await createAccount(portal.db, { organism: 'CPAM-701' });
    for (const role of ['sda-administrateur', 'energie-administrateur', 'energie-lecteur']) {
      await createRequest(portal.db, { account: person, role });
    }
    const badge = (text: string) => /\((\d+) demandes? à décider\)/.exec(text)?.[1];
    const menu = async (query: string) =>
      badge((await national.get(`/gestion/etat${query}`)).texts(`${MENU} a`).join());
    const decided = portal
      .db('requests')
      .join('roles', 'roles.id', 'role_id')
      .where({ status: 'pending', validator: 'ucanss' });
    assert.equal(await menu('?perimetre=CPAM-701'), '2');
    assert.ok(Number(await menu('')) >= Number((await decided.count('* as n').first())?.n));
  });

  test('what a badge says is singular for one, plural for more', async () => {
    const { id, code } = await createOrganism(portal.db);
    const menu = async () => (await national.get(`/gestion/etat?perimetre=${code}`)).texts(`${MENU} a`);
    await portal.db('messages').whereNotNull('last_error').delete();
    for (const said of [
      ['En cours1 (1 demande à décider)', 'Messages1 (1 message en échec)'],
      ['En cours2 (2 demandes à décider)', 'Messages2 (2 messages en échec)'],
    ]) {
      const person = await createAccount(portal.db, { organism: id });
      await createRequest(portal.db, { account: person, role: 'energie-lecteur' });
      await createFailedMessage(portal.db);
      const entries = await menu();
      assert.deepEqual(
        said.filter((entry) => !entries.includes(entry)),
        [],
        entries.join(),
      );
    }
  });
});
