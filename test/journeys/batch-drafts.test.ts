import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { createServices } from '../../src/services/index.ts';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { endAssignment, grant } from '../factories/assignments.ts';
import { createDraft } from '../factories/drafts.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { makeDraft, openDraft } from '../tools/draft.ts';
import { clean, type Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const HOUR = 3_600_000;

describe('a batch is a resource: a draft, its page, then what became of everyone (R45, R46)', () => {
  let portal: TestPortal;
  let admin: Agent;
  let colleague: Agent;
  let both: Agent;

  const signedIn = async (email: string): Promise<Agent> => {
    const agent = createAgent(portal);
    await agent.signIn(email);
    return agent;
  };

  before(async () => {
    portal = await startTestPortal();
    admin = await signedIn('wtestportail@test.fr');
    colleague = await signedIn('suppleante@caf39.caf.fr');
    both = await signedIn('intercaf@caf.fr');
  });
  after(async () => {
    for (const agent of [admin, colleague, both]) agent?.close();
    await portal?.stop();
  });

  /** One more administrator of CAF-391. */
  async function administrator() {
    const account = await createAccount(portal.db, { password: demonstrationPassword });
    const right = await grant(portal.db, account, 'administrateur-local', { organism: 'CAF-391' });
    return { account, right, agent: await signedIn(account.email) };
  }

  const numberOf = (page: Page) => Number(page.path.match(/lots\/(\d+)/)?.[1]);
  const stored = (id: number) => portal.db('batches').where({ id }).first();
  const effectOf = (page: Page) => clean(page.texts('.confirmation-effect').join());
  const isActive = async ({ id }: { id: number }) =>
    (await portal.db('accounts').first('active').where({ id })).active;
  const messagesOf = async () => Number((await portal.db('messages').count().first())?.count);

  /** A draft to deactivate one more person of CAF-391. */
  async function draftOf(agent: Agent, last_name = 'LOTI') {
    const person = await createAccount(portal.db, { last_name });
    const page = await openDraft(agent, { acte: 'desactiver' }, [person.id]);
    assert.match(page.heading, /Désactiver la sélection/);
    return { person, page, id: numberOf(page) };
  }

  test('« Tout » on the 57 of the organism, without script: the bar, the draft, « Confirmer », the result', async () => {
    // All of them are there, and none holds it.
    const people = () => portal.db('accounts').select('id').where({ organism_id: organism });
    const { organism_id: organism } = await accountOf(portal.db, 'wtestportail@test.fr');
    await people().update({ active: true, deactivated_at: null, deactivation_reason: null });
    const { id: role } = await portal.db('roles').first('id').where({ code: 'energie-lecteur' });
    const rights = portal.db('assignments').where({ role_id: role }).whereIn('account_id', people());
    for (const right of await rights.whereNull('ended_at').pluck('id')) await endAssignment(portal.db, right);
    const list = await admin.get('/gestion/comptes?compte=actif&role=energie-lecteur&ayant=non');
    const made = await admin.submit(list, 'Activer des droits pour la sélection', { tout: 'oui' });
    assert.equal(made.status, 303);
    const draft = await admin.follow(made);
    const { selected_ids: selected, state } = await stored(numberOf(draft));
    assert.deepEqual([state, selected.length], ['draft', 57]);
    assert.match(effectOf(draft), /^57 personnes dans la sélection\./);
    assert.deepEqual(draft.texts('.form-acts button'), ['Confirmer', 'Annuler']);
    // Who acts is left: 56 are given the role, and told.
    assert.match(draft.texts('main li').join('|'), /56 messages partiront\./);
    assert.ok(!(await admin.get('/gestion/lots')).column('Lot').includes(`Lot n° ${numberOf(draft)}`));
    const before = await messagesOf();
    const result = await admin.follow(await admin.submit(draft, 'Confirmer', { motif: 'Ouverture' }));
    assert.match(result.heading, /^Résultat : Activer des droits pour la sélection$/);
    assert.equal(numberOf(result), numberOf(draft));
    assert.match(
      result.notices.join(),
      /activé pour 56 personnes ; 1 personne laissée.*\. 56 messages envoyés\./,
    );
    assert.equal((await messagesOf()) - before, 56);
    const lines = await portal.db('batch_lines').where({ batch_id: numberOf(draft) });
    assert.equal(lines.length, 57);
    const effects = await portal.db('batch_effects').where({ batch_id: numberOf(draft) });
    const granted = lines.filter(({ outcome }) => outcome === 'granted');
    assert.deepEqual(
      effects.map((each) => each.account_id).sort(),
      granted.map((each) => each.account_id).sort(),
    );
    assert.equal((await admin.get('/gestion/lots')).column('Lot')[0], `Lot n° ${numberOf(draft)}`);
  });

  test('« Annuler » goes back to the list, as it was; nothing is done', async () => {
    const { last_name: nom } = await createAccount(portal.db, { last_name: 'ANNULÉ' });
    const list = await admin.get(`/gestion/comptes?nom=${encodeURIComponent(nom)}`);
    const draft = await admin.follow(await admin.submit(list, 'Désactiver la sélection', { tout: 'oui' }));
    const back = await admin.follow(await admin.submit(draft, 'Annuler'));
    assert.deepEqual(back.column('Nom').length, 1);
    assert.match(back.path, /^\/gestion\/comptes\?nom=ANNUL/);
    assert.equal((await stored(numberOf(draft))).state, 'draft');
  });

  test('P5, P13: a draft of somebody else, or of another organism, is not there: page, files, « Confirmer »', async () => {
    const { page, id, person } = await draftOf(admin);
    const one = await createAccount(portal.db, { organism: 'CAF-701' });
    const here = { organisme: 'CAF-701', perimetre: 'CAF-701' };
    const there = await openDraft(both, { acte: 'desactiver', ...here }, [one.id]);
    assert.equal(there.status, 200);
    const national = await signedIn('national@ucanss.fr');
    for (const [agent, address, organisme] of [
      [colleague, `/gestion/lots/${id}`, 'CAF-391'],
      [national, `/gestion/lots/${id}?perimetre=CAF-391`, 'CAF-391'],
      [national, `/gestion/lots/${id}`, 'tous'],
      [both, `/gestion/lots/${numberOf(there)}?perimetre=CAF-251`, 'CAF-251'],
    ] as const) {
      assert.equal((await agent.get(address)).status, 404);
      assert.equal((await agent.get(address.replace(/(\d)(?=\?|$)/, '$1/lot.csv'))).status, 404);
      const sent = { _csrf: await agent.token(), organisme, motif: 'Départ' };
      assert.equal((await agent.post(address, sent)).status, 404);
    }
    assert.equal((await admin.get(`/gestion/lots/${id}/lot.csv`)).status, 404, 'a draft has no file');
    assert.deepEqual([await isActive(person), await isActive(one)], [true, true]);
    assert.equal((await admin.get(page.path)).status, 200);
    national.close();
  });

  test('a draft of yesterday is not there any more, and the nightly job forgets whom it was for', async () => {
    const { page, id, person } = await draftOf(admin);
    const created_at = new Date(portal.clock.now().getTime() - 25 * HOUR);
    await portal.db('batches').where({ id }).update({ created_at });
    assert.equal((await admin.visit(page.path)).status, 404);
    const answer = await admin.submit(page, 'Confirmer', { motif: 'Départ' });
    assert.equal(answer.status, 404);
    assert.match(answer.text, /n’est plus valable, et rien n’a été changé/);
    assert.equal(await isActive(person), true);
    assert.equal(await createServices(portal).retention.pruneDrafts(), 1);
    const { state, selected_ids } = await stored(id);
    assert.deepEqual([state, selected_ids], ['dropped', null]);
  });

  test('confirmed twice, in turn and at once, of one page and of two: one run, all led to the result', async () => {
    const { page, id, person } = await draftOf(admin);
    const tabs = [page, page, page.inOtherTab, page.inOtherTab];
    const answers = await Promise.all(tabs.map((tab) => admin.submit(tab, 'Confirmer', { motif: 'Départ' })));
    answers.push(await admin.submit(page.inOtherTab, 'Confirmer', { motif: 'Départ' }));
    for (const { status, headers } of answers) {
      assert.equal(status, 303);
      assert.equal(headers.location?.split('?')[0], `/gestion/lots/${id}`);
    }
    const events = portal.db('audit_events').where({ batch_id: id });
    assert.deepEqual(await events.pluck('action'), ['account.deactivated']);
    assert.equal((await portal.db('batch_lines').where({ batch_id: id })).length, 1);
    assert.equal(await isActive(person), false);
  });

  test('each display judges anew, and writes nothing', async () => {
    const people = [await createAccount(portal.db), await createAccount(portal.db)];
    const fields = { acte: 'activer', role: 'energie-lecteur' };
    const page = await openDraft(
      admin,
      fields,
      people.map(({ id }) => id),
    );
    assert.match(effectOf(page), /sera activé pour 2 personnes/);
    await grant(portal.db, people[0] as { id: number }, 'energie-lecteur');
    const written = async () => ({
      batch: await portal
        .db('batches')
        .select(portal.db.raw('xmin::text, *'))
        .where({ id: numberOf(page) }),
      rows: await Promise.all(
        ['batches', 'batch_announcements', 'audit_events', 'messages', 'form_keys'].map((table) =>
          portal.db(table).count(),
        ),
      ),
    });
    const before = await written();
    const again = await admin.get(page.path);
    assert.match(effectOf(again), /sera activé pour 1 personne\. 1 personne sera laissée telle quelle/);
    assert.match(again.texts('main li').join('|'), /1 message partira\./);
    assert.deepEqual(await written(), before);
  });

  test('P10: rights lost meanwhile end the draft; given back, they do not bring it back', async () => {
    const { account, right, agent } = await administrator();
    const lost = await draftOf(agent);
    await endAssignment(portal.db, right);
    assert.equal((await agent.submit(lost.page, 'Confirmer', { motif: 'Départ' })).status, 403);
    assert.equal(await isActive(lost.person), true);
    // By an act of the portal, and given back: the delegation, then the account.
    await grant(portal.db, account, 'administrateur-local', { organism: 'CAF-391' });
    const acts = `/gestion/administrateurs-locaux/${account.id}`;
    const { page, id, person } = await draftOf(agent);
    await admin.submit(await admin.get(`${acts}/retrait`), 'Confirmer', { motif: 'Fin' });
    assert.equal((await stored(id)).state, 'dropped');
    await admin.submit(await admin.get(`${acts}/designation`), 'Confirmer');
    assert.equal((await agent.submit(page, 'Confirmer', { motif: 'Départ' })).status, 404);
    assert.equal(await isActive(person), true);
    const closed = await draftOf(agent);
    const closing = await admin.get(`/gestion/comptes/${account.id}/desactivation`);
    await admin.submit(closing, 'Confirmer', { motif: 'Départ' });
    assert.equal((await stored(closed.id)).state, 'dropped');
    agent.close();
  });

  describe('of requests', () => {
    const ask = async (role: string | null = 'energie-lecteur') => {
      const account = await createAccount(portal.db);
      return { account, id: await createRequest(portal.db, role === null ? {} : { account, role }) };
    };

    test('accepted once, whoever confirms it twice: one decision each, the others led to the list', async () => {
      const [one, two] = [await ask(), await ask(null)];
      const page = await openDraft(admin, { acte: 'accepter' }, [one.id, two.id]);
      assert.match(page.texts('main li').join('|'), /2 messages partiront\./);
      const before = await messagesOf();
      const tabs = [page, page, page.inOtherTab, page.inOtherTab];
      const answers = await Promise.all(tabs.map((tab) => admin.submit(tab, 'Confirmer')));
      for (const { status } of answers) assert.equal(status, 303);
      const told = [];
      for (const answer of answers) told.push((await admin.follow(answer)).notices.join());
      assert.equal(
        told.filter((notice) => /2 demandes acceptées\. 2 messages envoyés\./.test(notice)).length,
        1,
      );
      assert.equal((await messagesOf()) - before, 2);
      const events = await portal
        .db('audit_events')
        .whereIn('request_id', [one.id, two.id])
        .where({ action: 'request.accepted' });
      assert.equal(events.length, 2);
      const { state, changed, messages } = await stored(numberOf(page));
      assert.deepEqual([state, changed, messages], ['done', 2, 2]);
      assert.match((await admin.visit(`/gestion/lots/${numberOf(page)}`)).heading, /Accepté/);
      assert.ok(!(await admin.get('/gestion/lots')).column('Lot').includes(`Lot n° ${numberOf(page)}`));
    });

    test('an address that gets an account in this very instant is left, and takes nothing else away', async () => {
      const [one, two] = [await ask(null), await ask()];
      const page = await openDraft(admin, { acte: 'accepter' }, [one.id, two.id]);
      const request = await portal.db('requests').where({ id: one.id }).first();
      const underWay = await portal.db.transaction(async (making) => {
        const { id: organism_id } = await making('organisms').first('id').where({ code: 'CAF-391' });
        await making('accounts').insert({
          ...{ email: request.email, last_name: 'X', first_name: 'X', function_title: '', phone: '' },
          ...{ organism_id, created_at: new Date(), organism_since: new Date() },
        });
        const sent = admin.submit(page, 'Confirmer');
        for (let waits = false; !waits; ) {
          const { rows } = await making.raw(
            `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
          );
          waits = rows.length > 0;
        }
        return { sent };
      });
      const done = await admin.follow(await underWay.sent);
      assert.match(done.notices.join(), /1 demande acceptée\. 1 autre a été laissée\. 1 message envoyé\./);
      assert.equal((await portal.db('requests').where({ id: one.id }).first()).status, 'pending');
      assert.equal((await portal.db('requests').where({ id: two.id }).first()).status, 'accepted');
      const made = portal.db('audit_events').where({ request_id: one.id });
      assert.deepEqual(await made.pluck('action'), []);
    });

    test('a draft made by hand for another act decides nothing: its kind is its own', async () => {
      const { id, account } = await ask();
      const { id: createdBy, organism_id: organismId } = await accountOf(portal.db, 'wtestportail@test.fr');
      const draft = await createDraft(portal.db, { createdBy, organismId, selectedIds: [account.id] });
      const sent = { _csrf: await admin.token(), organisme: 'CAF-391', acte: 'accepter', ids: String(id) };
      const answer = await admin.post(`/gestion/lots/${draft}`, sent);
      assert.equal(answer.status, 422, 'deactivating asks for its reason');
      assert.equal((await portal.db('requests').where({ id }).first()).status, 'pending');
      assert.equal(
        (await makeDraft(admin, { acte: 'accepter' }, [])).headers.location,
        '/gestion/demandes/en-cours',
      );
    });
  });
});
