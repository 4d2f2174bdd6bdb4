import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { recordEvents } from '../../src/database/transaction.ts';
import { ANONYMOUS } from '../../src/domain/audit-event.ts';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const NEW = '/gestion/comptes/nouveau';

describe('the account page, its history and modification', () => {
  let portal: TestPortal;
  let local: Agent;
  let national: Agent;
  let auditor: Agent;

  before(async () => {
    portal = await startTestPortal();
    const signedIn = async (email: string) => {
      const agent = createAgent(portal);
      await agent.signIn(email);
      return agent;
    };
    local = await signedIn('suppleante@caf39.caf.fr');
    national = await signedIn('national@ucanss.fr');
    auditor = await signedIn('auditeur@ucanss.fr');
  });
  after(async () => {
    for (const agent of [local, national, auditor]) agent.close();
    await portal.stop();
  });

  const idOf = async (email: string) => (await accountOf(portal.db, email)).id;
  const roleId = async (code: string) => (await portal.db('roles').first('id').where({ code })).id;
  const live = async (accountId: number): Promise<string[]> =>
    portal
      .db('assignments')
      .join('roles', 'roles.id', 'assignments.role_id')
      .where({ account_id: accountId })
      .whereNull('ended_at')
      .orderBy('code')
      .pluck('code');

  test('R38: the page says who the person is and what they hold, by whom, since when', async () => {
    const page = await local.get(`/gestion/comptes/${await idOf('tmantel@caf39.caf.fr')}`);
    assert.equal(page.heading, 'Thomas MANTEL');
    assert.deepEqual(page.column('Rôle'), ['Energie Lecteur']);
    assert.match(
      page.column('Accordée')[0] ?? '',
      /^le \d{2}\/\d{2}\/\d{4} par Maud SUPPLÉANTE, sur demande du \d{2}\/\d{2}\/\d{4}/,
    );
    const link = page.$('main td[data-label=Accordée] a').attr('href');
    assert.match((await local.get(String(link))).column('Rôle concerné').join(), /^Energie Lecteur/);
    const closed = await local.get(`/gestion/comptes/${await idOf('parti@caf39.caf.fr')}`);
    assert.match(closed.texts('.facts').join(), /^Désactivéle 03\/08\/2026 par Welcome TESTPORTAIL« Départ/);
  });

  test('P5: outside the organism, or of no sense, there is no page', async () => {
    const elsewhere = await idOf('admin.cpam39@assurance-maladie.fr');
    for (const id of [elsewhere, 'x', 0, '1e3', '%00', 999_999_999]) {
      for (const part of ['', '/historique', '/historique.csv', '/modification']) {
        assert.equal((await local.get(`/gestion/comptes/${id}${part}`)).status, 404, `${id}${part}`);
      }
    }
    assert.equal((await national.get(`/gestion/comptes/${elsewhere}`)).status, 200);
  });

  test('an auditor reads the page and its history, and finds nothing to press', async () => {
    const id = await idOf('tmantel@caf39.caf.fr');
    const page = await auditor.get(`/gestion/comptes/${id}`);
    assert.equal(page.status, 200);
    assert.equal(page.$('main button').length, 0);
    assert.equal((await auditor.get(`/gestion/comptes/${id}/historique`)).status, 200);
    assert.equal((await auditor.get(`/gestion/comptes/${id}/modification`)).status, 403);
    assert.equal((await auditor.get(NEW)).status, 403);
  });

  test('R47: modification: identity and rights change, what someone else granted meanwhile stays', async () => {
    const account = await createAccount(portal.db, { last_name: 'MODIFIÉE' });
    await grant(portal.db, account, 'energie-lecteur');
    const form = await local.get(`/gestion/comptes/${account.id}/modification`);
    await grant(portal.db, account, 'veille-rh-lecteur');
    const kept = form.$('input[name=tenus]').length;
    assert.equal(kept, 1);
    const moved = await local.submit(form, '<< Retirer les habilitations cochées', {
      retirer: String(await roleId('energie-lecteur')),
    });
    const asked = await local.submit(moved, 'Enregistrer', { fonction: 'Responsable' });
    const page = await local.follow(await local.submit(asked, 'Confirmer'));
    assert.match(page.notices.join(), /La fiche est modifiée\. Retiré : Energie Lecteur\./);
    assert.deepEqual(await live(account.id), ['veille-rh-lecteur']);
    const history = await local.get(`/gestion/comptes/${account.id}/historique`);
    assert.match(history.column('Mouvement').join(), /fonction : « .* » devient « Responsable »/);
  });

  test('R47, P3b: a forged role, a delegation or a national role in the lists: nothing is changed, not even the name', async () => {
    const account = await createAccount(portal.db);
    const sent = { _csrf: await local.token(), organisme: 'CAF-391', nom: 'FORGÉE', prenom: 'Zoé' };
    const path = `/gestion/comptes/${account.id}/modification`;
    for (const code of ['administrateur-local', 'administrateur-ucanss', 'auditeur']) {
      const role = String(await roleId(code));
      assert.equal((await local.post(path, { ...sent, roles: role })).status, 404, code);
      assert.equal((await local.post(path, { ...sent, tenus: role })).status, 404, code);
    }
    assert.equal((await local.post(path, { ...sent, roles: '99999' })).status, 404);
    assert.equal((await local.post(path, { ...sent, roles: 'x' })).status, 422);
    const stored = await portal.db('accounts').first('last_name').where({ id: account.id });
    assert.deepEqual([stored.last_name, await live(account.id)], [account.last_name, []]);
  });

  test('P1: one’s own rights are not changed, whatever is sent', async () => {
    const id = await idOf('suppleante@caf39.caf.fr');
    const before_ = await live(id);
    const token = await local.token();
    const sent = { _csrf: token, organisme: 'CAF-391', nom: 'SUPPLÉANTE', prenom: 'Maud' };
    const answer = await local.post(`/gestion/comptes/${id}/modification`, {
      ...sent,
      roles: String(await roleId('energie-lecteur')),
    });
    assert.equal(answer.status, 303);
    assert.deepEqual(await live(id), before_);
  });

  test('an end date is given and taken away; a past one is refused at its field', async () => {
    const account = await createAccount(portal.db);
    await grant(portal.db, account, 'energie-lecteur');
    const right = await portal.db('assignments').first().where({ account_id: account.id });
    const path = `/gestion/comptes/${account.id}/droits/${right.id}/fin`;
    const form = await local.get(path);
    assert.equal((await local.submit(form, 'Confirmer', { fin: '2020-01-01' })).status, 422);
    await local.submit(form, 'Confirmer', { fin: '2027-03-31' });
    assert.equal((await portal.db('assignments').first().where({ id: right.id })).ends_on, '2027-03-31');
    await local.submit(await local.get(path), 'Confirmer', { fin: '' });
    assert.equal((await portal.db('assignments').first().where({ id: right.id })).ends_on, null);
    assert.equal((await local.get(`/gestion/comptes/${account.id}/droits/999999/fin`)).status, 404);
  });

  test('P3: the end of a reserved right is brought forward here, and put off by Ucanss alone, which the page says', async () => {
    const account = await createAccount(portal.db);
    await grant(portal.db, account, 'sda-administrateur', { ends_on: '2027-03-31' });
    const right = await portal.db('assignments').first().where({ account_id: account.id });
    const path = `/gestion/comptes/${account.id}/droits/${right.id}/fin`;
    const endsOn = async () => (await portal.db('assignments').first().where({ id: right.id })).ends_on;
    const form = await local.get(path);
    assert.match(form.texts('main .notice').join(), /validation de l’Ucanss/);
    for (const fin of ['2027-04-01', '']) {
      const answer = await local.follow(await local.submit(form, 'Confirmer', { fin }));
      assert.match(answer.notices.join(), /vous pouvez avancer la fin de ce droit, pas la repousser/);
      assert.equal(await endsOn(), '2027-03-31');
    }
    await local.submit(form, 'Confirmer', { fin: '2027-03-30' });
    assert.equal(await endsOn(), '2027-03-30');
    await national.submit(await national.get(path), 'Confirmer', { fin: '' });
    assert.equal(await endsOn(), null);
  });

  test('P8: a right that is over is neither dated nor kept: it would hold again', async () => {
    const account = await createAccount(portal.db);
    await grant(portal.db, account, 'energie-lecteur', { ends_on: '2026-11-21' });
    const right = await portal.db('assignments').first().where({ account_id: account.id });
    const sent = { _csrf: await local.token(), organisme: 'CAF-391', fin: '2027-03-31' };
    for (const part of ['fin', 'maintien']) {
      const path = `/gestion/comptes/${account.id}/droits/${right.id}/${part}`;
      const answer = await local.follow(await local.post(path, sent));
      assert.match(answer.notices.join(), /a été retiré ou changé entre-temps/, part);
    }
    assert.equal((await portal.db('assignments').first().where({ id: right.id })).ends_on, '2026-11-21');
  });

  test('R63: an inherited right is « À revoir » until somebody keeps it', async () => {
    const account = await createAccount(portal.db);
    await grant(portal.db, account, 'energie-lecteur');
    const former = await portal.db('organisms').first().where({ code: 'UCN' });
    await portal.db('assignments').where({ account_id: account.id }).update({ inherited_from: former.id });
    const page = await local.get(`/gestion/comptes/${account.id}`);
    assert.match(page.column('Rôle')[0] ?? '', /À revoir/);
    const done = await local.follow(await local.submit(page, 'Garder Energie Lecteur'));
    assert.doesNotMatch(done.text, /À revoir/);
  });

  test('R39: the history begins with the request that made the account', async () => {
    const account = await createAccount(portal.db, { last_name: 'INSCRITE' });
    const decided = { status: 'accepted', decided_at: portal.clock.now(), decided_by: account.id };
    const requestId = await createRequest(portal.db, { account_id: account.id, ...decided });
    const visitor = { db: portal.db, clock: portal.clock, actor: ANONYMOUS };
    await recordEvents(
      visitor,
      { action: 'request.submitted', details: { kind: 'account', email: account.email }, requestId },
      { action: 'request.confirmed', details: {}, organismId: account.organism_id, requestId },
    );
    const history = await local.get(`/gestion/comptes/${account.id}/historique`);
    assert.equal(history.status, 200);
    for (const page of [history, await local.get(`/gestion/comptes/${account.id}/historique.csv`)]) {
      assert.match(page.text, /Demande d’un premier accès au portail/);
      assert.match(page.text, /Adresse confirmée par la personne/);
    }
  });

  test('R39, R64: the history tells every act, filters by act and period, and is exported', async () => {
    const id = await idOf('tmantel@caf39.caf.fr');
    const page = await local.get(`/gestion/comptes/${id}/historique`);
    assert.equal(page.heading, 'Historique du compte');
    const all = page.rows.length;
    assert.ok(all >= 4);
    const granted = await local.get(`/gestion/comptes/${id}/historique?acte=assignment.granted`);
    assert.deepEqual(granted.column('Mouvement'), ['« Energie Lecteur » accordé à Thomas MANTEL']);
    assert.deepEqual((await local.get(`/gestion/comptes/${id}/historique?du=2030-01-01`)).rows, []);
    const found = await local.get(`/gestion/comptes/${id}/historique?q=suppleante&sens=asc`);
    assert.ok(found.rows.length > 0 && found.rows.length < all);
    assert.deepEqual([...new Set(found.column('Par'))], ['Maud SUPPLÉANTE']);
    const offered = page
      .$('#acte option')
      .toArray()
      .map((option) => String(page.$(option).attr('value')));
    const told = await portal
      .db('audit_events')
      .distinct('action')
      .whereNotNull('subject_account_id')
      // The same act as the attachment, for the organism that is left: a history tells it once.
      .whereNot({ action: 'account.left' })
      .pluck('action');
    assert.deepEqual(
      told.filter((action) => !offered.includes(action)),
      [],
      'every act on a person is offered',
    );
    assert.ok(!offered.includes('organism.updated'));
    assert.doesNotMatch(page.text, /[« ](role-granted|request-accepted|mail)[ »]/, 'French names');
    const odd = await local.get(`/gestion/comptes/${id}/historique?du=hier`);
    assert.match(odd.notices.join(), /Du : cette date n’existe pas/);
    for (const kind of ['xlsx', 'pdf', 'csv']) {
      assert.equal((await local.get(`/gestion/comptes/${id}/historique.${kind}`)).status, 200, kind);
      assert.equal((await local.get(`/gestion/comptes/${id}/historique.${kind}?du=hier`)).status, 422, kind);
    }
  });

  test('P9: somebody beyond is shown with a lock, who they are is not changed, and the two lists go on', async () => {
    const beyond = /Les droits de cette personne dépassent les vôtres : demandez à l’Ucanss/;
    const person = await createAccount(portal.db, { organism: 'CAF-391', last_name: 'PARDESSUS' });
    await grant(portal.db, person, 'auditeur');
    const show = `/gestion/comptes/${person.id}`;
    const page = await local.get(show);
    assert.match(page.texts('main .lock').join(), beyond);
    assert.ok(!page.texts('main button, main a').some((text) => /Désactiver|Changer l'adresse/.test(text)));
    const list = await local.get('/gestion/comptes?nom=pardessus');
    assert.match(list.texts('main table .lock').join(), beyond);
    assert.deepEqual(list.texts('main table button'), []);

    const form = await local.get(`${show}/modification`);
    assert.equal(form.$('input[name=nom]').length, 0);
    assert.match(form.texts('main .lock').join(), beyond);
    const token = { _csrf: await local.token(), organisme: 'CAF-391' };
    const roles = String(await roleId('energie-lecteur'));
    const saved = await local.follow(await local.post(`${show}/modification`, { ...token, roles }));
    assert.match(saved.notices.join(), /Accordé : Energie Lecteur/);

    // What the page does not offer, asked all the same.
    const forged: [string, Record<string, string>][] = [
      ['modification', { nom: 'AUTRE', prenom: 'Nom', civilite: '', fonction: '', telephone: '' }],
      ['desactivation', { motif: 'Départ' }],
      ['adresse', { email: 'autre@caf39.caf.fr' }],
    ];
    for (const [path, fields] of forged) {
      const answer = await local.follow(await local.post(`${show}/${path}`, { ...token, ...fields }));
      assert.ok([200, 422].includes(answer.status), `${path}: ${answer.status}`);
      assert.match(answer.notices.join() + answer.texts('main .error-summary').join(), beyond, path);
    }
    const stored = await portal.db('accounts').where({ id: person.id }).first();
    assert.deepEqual([stored.last_name, stored.active, stored.email], ['PARDESSUS', true, person.email]);
    assert.deepEqual(await live(person.id), ['auditeur', 'energie-lecteur']);

    // Ucanss may.
    const free = await national.get(`${show}?perimetre=CAF-391`);
    assert.equal(free.texts('main .lock').length, 0);
  });
});
