import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type AccountRow, accountOf, createAccount } from '../factories/accounts.ts';
import { createDoneBatch } from '../factories/drafts.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { openDraft } from '../tools/draft.ts';
import { clean, type Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const DAY = 86_400_000;

describe('« Annuler le lot » (R83), without script', () => {
  let portal: TestPortal;
  let admin: Agent;
  let auditor: Agent;

  before(async () => {
    portal = await startTestPortal();
    [admin, auditor] = [createAgent(portal), createAgent(portal)];
    await admin.signIn('wtestportail@test.fr');
    await auditor.signIn('auditeur@ucanss.fr');
  });
  after(async () => {
    for (const agent of [admin, auditor]) agent?.close();
    await portal?.stop();
  });

  const numberOf = (page: Page) => Number(page.path.match(/lots\/(\d+)/)?.[1]);
  const pageOf = (id: number) => admin.get(`/gestion/lots/${id}`);
  const summaryOf = (page: Page) => clean(page.texts('.page-summary').join());
  const offersUndo = (page: Page) => page.texts('.notice a').includes('Annuler le lot');
  const hrefOf = (page: Page): string => {
    const links = page
      .$('main a')
      .toArray()
      .map((each) => page.$(each));
    return links.find((each) => clean(each.text()) === 'Annuler le lot')?.attr('href') ?? '';
  };
  const effectOf = (page: Page) => clean(page.texts('.confirmation-effect').join());
  const undoPage = (id: number) => admin.get(`/gestion/lots/${id}/annulation`);
  const rolesOf = ({ id }: AccountRow): Promise<string[]> =>
    portal
      .db('assignments')
      .join('roles', 'roles.id', 'role_id')
      .where({ account_id: id })
      .whereNull('ended_at')
      .pluck('code');

  /** A batch that gave « Energie Lecteur » to so many people of CAF-391. */
  async function granted(count: number) {
    const people: AccountRow[] = [];
    for (let rank = 0; rank < count; rank += 1)
      people.push(await createAccount(portal.db, { last_name: `ANNULABLE${rank}`, first_name: 'Camille' }));
    const sent = { acte: 'activer', role: 'energie-lecteur', ayant: 'non' };
    const draft = await openDraft(
      admin,
      sent,
      people.map(({ id }) => id),
    );
    assert.ok(!offersUndo(draft), 'nothing of a draft is to be undone');
    const page = await admin.follow(await admin.submit(draft, 'Confirmer'));
    return { people, page, id: numberOf(page) };
  }

  test('from the result to the result: what will be undone, « Motif », the lines, both ways', async () => {
    const { people, page, id } = await granted(3);
    const [changed, ...others] = people;
    assert.ok(changed && offersUndo(page));
    assert.match(summaryOf(page), /peut être annulé jusqu’au \d\d\/\d\d\/\d{4}/);
    await portal.db('assignments').where({ account_id: changed.id }).update({ ends_on: '2099-12-31' });
    const before = await admin.get(hrefOf(page));
    assert.equal(before.heading, `Annuler le lot n° ${id}`);
    assert.equal(effectOf(before), '2 lignes seront rétablies, 1 a changé depuis.');
    assert.deepEqual(before.texts('.row-details summary').map(clean), [
      'Le droit sera supprimé : 2',
      'Laissé : a changé depuis : 1',
    ]);
    const done = await admin.follow(await admin.submit(before, 'Confirmer', { motif: 'Mauvaise sélection' }));
    assert.equal(done.heading, 'Résultat : Annuler un lot');
    assert.match(
      done.notices.join(),
      new RegExp(`Annulation du lot n°.${id}.: 2 lignes rétablies ; 1 laissée telle quelle`),
    );
    assert.match(summaryOf(done), new RegExp(`Mauvaise sélection.*Ce lot annule le lot n° ${id}`));
    assert.deepEqual(done.column('Résultat').map(clean), [
      'Laissé : a changé depuis',
      'Droit supprimé',
      'Droit supprimé',
    ]);
    assert.deepEqual(done.column('Rôle'), ['Energie Lecteur', 'Energie Lecteur', 'Energie Lecteur']);
    for (const each of others) assert.deepEqual(await rolesOf(each), []);
    assert.deepEqual(await rolesOf(changed), ['energie-lecteur']);
    const former = await pageOf(id);
    assert.match(
      summaryOf(former),
      new RegExp(`Annulé par le lot n° ${numberOf(done)} le .* par Welcome TESTPORTAIL`),
    );
    assert.ok(!offersUndo(former) && offersUndo(done), 'an undo can be undone, what is undone cannot');
    const [first, second] = (await admin.get('/gestion/lots')).column('Action').map(clean);
    assert.match(
      first ?? '',
      new RegExp(`^Annulation du lot n° ${id} : 2 lignes rétablies ; 1 laissée telle quelle$`),
    );
    assert.match(second ?? '', new RegExp(`Annulé par le lot n° ${numberOf(done)}$`));
    const file = await admin.get(`/gestion/lots/${numberOf(done)}/lot.csv`);
    assert.match(file.text, /Energie Lecteur;Droit supprimé/);
    const national = createAgent(portal);
    await national.signIn('national@ucanss.fr');
    const messages = await national.get(`/gestion/messages?etat=tous&q=${others[0]?.email}`);
    national.close();
    assert.ok(messages.column('Objet').includes('Annulé : Energie Lecteur'), 'who was told is told');
    // The first line of the journal stands for what was alike.
    const journal = await admin.get('/gestion/journal');
    assert.match(clean(journal.text), /« Energie Lecteur » supprimé pour 2 personnes/);
  });

  test('sent twice: it is done once, and the second is led to what the first did', async () => {
    const { page, id } = await granted(1);
    const before = await admin.get(hrefOf(page));
    const done = await admin.follow(await admin.submit(before, 'Confirmer'));
    const again = await admin.follow(await admin.submit(before.inOtherTab, 'Confirmer'));
    assert.equal(numberOf(again), numberOf(done));
    assert.match(
      (await undoPage(id)).text,
      new RegExp(`Ce lot est déjà annulé, par le lot n°.${numberOf(done)}`),
    );
    assert.equal((await portal.db('batches').where({ undoes: id })).length, 1);
  });

  test('« Annuler » changes nothing', async () => {
    const { people, page, id } = await granted(1);
    const before = await admin.get(hrefOf(page));
    const back = await admin.follow(await admin.submit(before, 'Annuler'));
    assert.equal(numberOf(back), id);
    assert.deepEqual(await rolesOf(people[0] as AccountRow), ['energie-lecteur']);
  });

  test('an older batch, one whose days have passed, one that is of another organism', async () => {
    const { id: createdBy } = await accountOf(portal.db, 'wtestportail@test.fr');
    const make = async () =>
      createDoneBatch(portal.db, { createdBy, person: await createAccount(portal.db) });
    const [older, late, elsewhere] = [await make(), await make(), await make()];
    await portal.db('batch_effects').where({ batch_id: older }).delete();
    await portal
      .db('batches')
      .where({ id: late })
      .update({ created_at: new Date(portal.clock.now().getTime() - 8 * DAY) });
    const other = await portal.db('organisms').first('id').where({ code: 'CAF-701' });
    await portal.db('batches').where({ id: elsewhere }).update({ organism_id: other.id });
    for (const [id, sentence] of [
      [older, /Ce lot ne sait pas quels droits il a changés : il ne peut pas être annulé/],
      [late, /Un lot s’annule pendant sept jours/],
    ] as const) {
      assert.ok(!offersUndo(await pageOf(id)));
      const page = await undoPage(id);
      assert.match(page.text.replaceAll('\u00a0', ' '), sentence);
      assert.ok(!page.texts('button').includes('Confirmer'));
    }
    assert.equal((await undoPage(elsewhere)).status, 404);
  });

  test('the notice of a selection of requests that was decided leads there', async () => {
    const account = await createAccount(portal.db);
    const request = await createRequest(portal.db, { account });
    const draft = await openDraft(admin, { acte: 'refuser' }, [request]);
    const decided = await admin.follow(await admin.submit(draft, 'Confirmer', { motif: 'Erreur' }));
    const before = await admin.get(hrefOf(decided));
    assert.equal(effectOf(before), '1 ligne sera rétablie.');
    assert.match(before.text, /Une demande refusée reste refusée/);
    const done = await admin.follow(await admin.submit(before, 'Confirmer'));
    assert.deepEqual(done.column('Résultat'), ['Demande de nouveau en attente']);
    assert.match(summaryOf(done), /Ce lot annule le lot n° \d+/);
    assert.equal(
      (await portal.db('requests').where({ account_id: account.id, status: 'pending' })).length,
      1,
    );
  });

  test('the auditor reads that a batch was undone, and has no button', async () => {
    const { id } = await granted(1);
    const page = await auditor.get(`/gestion/lots/${id}?perimetre=CAF-391`);
    assert.equal(page.status, 200);
    assert.ok(!offersUndo(page));
    assert.equal((await auditor.get(`/gestion/lots/${id}/annulation?perimetre=CAF-391`)).status, 403);
  });
});
