import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { organismOf } from '../factories/organisms.ts';
import { makeDraft, openDraft } from '../tools/draft.ts';
import { readCsv } from '../tools/files.ts';
import { clean } from '../tools/page.ts';
import { named, useAccounts } from './accounts-stage.ts';

describe('« Gestion des comptes »: acts of a selection', () => {
  const stage = useAccounts();

  test('R45, R46: « Tout » acts on the whole result; the confirmation and the result account for everyone', async () => {
    for (let rank = 0; rank < 12; rank += 1)
      await createAccount(stage.db, { last_name: `LOT${rank}`, first_name: 'Zoé' });
    const list = await stage.admin.get('/gestion/comptes?prenom=zoe&nom=lot&role=energie-lecteur&ayant=non');
    assert.equal(list.rows.length, 10);
    const confirmation = await stage.admin.follow(
      await stage.admin.submit(list, 'Activer des droits pour la sélection', { tout: 'oui' }),
    );
    assert.match(
      clean(confirmation.texts('.confirmation-effect').join()),
      /^12 personnes dans la sélection. « Energie Lecteur » sera activé pour 12 personnes.$/,
    );
    const result = await stage.admin.follow(await stage.admin.submit(confirmation, 'Confirmer'));
    assert.match(result.heading, /^Résultat : Activer des droits pour la sélection$/);
    assert.equal(result.rows.length, 10);
    assert.deepEqual([...new Set(result.column('Résultat'))], ['Droit activé']);
    const batchId = Number(result.path.match(/lots\/(\d+)/)?.[1]);
    const events = await stage.db('audit_events').where({ batch_id: batchId, action: 'assignment.granted' });
    assert.equal(events.length, 12);
    const file = await stage.admin.get(`/gestion/lots/${batchId}/lot.csv`);
    assert.equal(file.text.trim().split('\n').length, 13);
    assert.match(result.texts('.page-summary').join(), new RegExp(`^Lot n° ${batchId} · CAF du Jura`));
    const number = `Lot n° ${batchId}`;
    const all = await stage.admin.get('/gestion/lots');
    assert.deepEqual([all.heading, all.column('Lot')[0]], ['Actions groupées', number]);
    assert.equal(all.column('Action')[0], '« Energie Lecteur » activé pour 12 personnes');
    const person = await stage.db('accounts').where({ last_name: 'LOT3' }).first();
    const history = await stage.admin.get(`/gestion/comptes/${person.id}/historique`);
    assert.equal(
      history.$(`main table a[href="/gestion/lots/${batchId}"]`).length,
      1,
      'found from the history',
    );
    const other = await stage.enter('admin.cpam39@assurance-maladie.fr');
    assert.equal((await other.get(`/gestion/lots/${batchId}`)).status, 404, 'P5');
    assert.ok(!(await other.get('/gestion/lots')).column('Lot').includes(number), 'P5');
    other.close();
  });

  test('R45: the confirmation says who is left and why; nothing ticked is said; who came since is not touched', async () => {
    const holder = await createAccount(stage.db, { last_name: 'RELU', first_name: 'Ana' });
    await createAccount(stage.db, { last_name: 'RELU', first_name: 'Bob' });
    await grant(stage.db, holder, 'energie-lecteur');
    const list = await stage.admin.get('/gestion/comptes?nom=relu&role=energie-lecteur&ayant=oui');
    const none = await stage.admin.follow(
      await stage.admin.submit(list, 'Supprimer des droits de la sélection'),
    );
    assert.match(none.notices.join(), /Cochez au moins une ligne/);
    const ids = await stage.db('accounts').where({ last_name: 'RELU' }).pluck('id');
    const confirmation = await openDraft(stage.admin, { acte: 'activer', role: 'energie-lecteur' }, ids);
    assert.match(confirmation.texts('details').join(' '), /Laissé : a déjà ce rôle : 1 Ana RELU/);
    const whole = await stage.admin.follow(
      await stage.admin.submit(list, 'Supprimer des droits de la sélection', { tout: 'oui' }),
    );
    assert.equal(whole.$('input[name=ids]').length, 0, 'the draft has the identifiers');
    const newcomer = await createAccount(stage.db, { last_name: 'RELU' });
    await grant(stage.db, newcomer, 'energie-lecteur');
    const result = await stage.admin.follow(await stage.admin.submit(whole, 'Confirmer'));
    assert.deepEqual(result.column('Nom'), ['Ana RELU']);
    assert.deepEqual([await stage.rolesOf(holder), await stage.rolesOf(newcomer)], [[], ['energie-lecteur']]);
    const again = await stage.admin.submit(whole, 'Confirmer');
    assert.equal(
      again.headers.location?.split('?')[0],
      result.path.split('?')[0],
      'sent twice: the same batch',
    );
  });

  test('R45: a confirmation that nothing announced changes nothing, and says so', async () => {
    const person = await createAccount(stage.db);
    const draft = await openDraft(stage.admin, { acte: 'desactiver' }, [person.id]);
    await stage.db('batches').update({ state: 'dropped', selected_ids: null }).where({ state: 'draft' });
    for (const page of [draft, { ...draft, path: '/gestion/lots/999999999' }]) {
      const sent = { _csrf: await stage.admin.token(), organisme: 'CAF-391', motif: 'Départ' };
      const answer = await stage.admin.post(page.path, sent);
      assert.equal(answer.status, 404);
      assert.match(answer.text, /n’est plus valable, et rien n’a été changé/);
    }
    assert.equal((await stage.db('accounts').where({ id: person.id }).first()).active, true);
  });

  test('the bar counts the result in good French: one person, then several', async () => {
    await createAccount(stage.db, { last_name: 'SEULEICI' });
    const bar = async (name: string) =>
      (await stage.admin.get(`/gestion/comptes?nom=${name}`)).texts('[data-count]').join();
    assert.equal(await bar('seuleici'), 'Cochez la ligne du résultat');
    await createAccount(stage.db, { last_name: 'SEULEICI' });
    assert.equal(await bar('seuleici'), 'Cochez des lignes, ou « Tout » pour les 2 du résultat');
  });

  test('P5: who has left since is named in a result, and no more; national profiles read the whole of it', async () => {
    const [gone, here] = [
      await createAccount(stage.db, { last_name: 'LIGNE-A' }),
      await createAccount(stage.db, { last_name: 'LIGNE-B' }),
    ];
    const draft = await openDraft(stage.admin, { acte: 'activer', role: 'energie-lecteur' }, [
      gone.id,
      here.id,
    ]);
    const [path = ''] = (await stage.admin.follow(await stage.admin.submit(draft, 'Confirmer'))).path.split(
      '?',
    );
    const { id: elsewhere } = await organismOf(stage.db, 'CPAM-391');
    await stage.db('accounts').where({ id: gone.id }).update({ organism_id: elsewhere });
    const [national, auditor] = [
      await stage.enter('national@ucanss.fr'),
      await stage.enter('auditeur@ucanss.fr'),
    ];
    for (const [agent, told] of [
      [stage.admin, [here]],
      [national, [gone, here]],
      [auditor, [gone, here]],
    ] as const) {
      const mails = [gone, here].map((person) =>
        told.some(({ id }) => id === person.id) ? person.email : '',
      );
      const page = await agent.get(`${path}?perimetre=CAF-391`);
      assert.deepEqual(page.column('Nom'), [named(gone), named(here)]);
      assert.deepEqual(page.column('Mail'), mails);
      assert.equal(page.$('main table a[href^="/gestion/comptes/"]').length, told.length);
      const file = readCsv((await agent.get(`${path}/lot.csv?perimetre=CAF-391`)).bytes);
      assert.deepEqual(
        file.slice(1).map(([last, , email]) => [last, email]),
        [gone, here].map(({ last_name }, at) => [last_name, mails[at]]),
      );
    }
    const traced = await stage
      .db('audit_events')
      .where({ action: 'export.ended' })
      .orderBy('id', 'desc')
      .first();
    assert.equal(traced.details.filters.lot, path.split('/').at(-1), 'of which batch');
    national.close();
    auditor.close();
  });

  test('R40, R41, R43, R45: the bar offers what can be done to those that the filter shows, and no more', async () => {
    const role = 'energie-lecteur';
    for (const active of [true, false]) {
      const account = await createAccount(stage.db, { last_name: 'OFFERTE', active });
      await grant(stage.db, account, role);
      await createAccount(stage.db, { last_name: 'OFFERTE', active });
    }
    const [grants, removes, deactivates] = [
      'Activer des droits pour',
      'Supprimer des droits de',
      'Désactiver',
    ];
    const reactivates = 'Réactiver';
    const cases: [query: string, offered: string[]][] = [
      ['compte=actif', [deactivates]],
      ['compte=inactif', [reactivates]],
      [`compte=actif&role=${role}&ayant=non`, [grants, deactivates]],
      [`compte=actif&role=${role}&ayant=oui`, [removes, deactivates]],
      [`compte=inactif&role=${role}&ayant=oui`, [removes, reactivates]],
      [`compte=inactif&role=${role}&ayant=non`, [reactivates]],
    ];
    for (const [query, offered] of cases) {
      const page = await stage.admin.get(`/gestion/comptes?nom=offerte&${query}`);
      assert.ok(page.rows.length > 0, query);
      assert.deepEqual(
        page.texts('form[data-selection] button[name=acte]'),
        offered.map((act) => `${act} la sélection`),
        query,
      );
    }
  });

  test('R45: what changes comes first, then what is asked of Ucanss, then who is left, the most numerous first', async () => {
    const someone = (fields = {}) => createAccount(stage.db, { last_name: 'RANGÉE', ...fields });
    const [changed, ...holding] = [await someone(), await someone(), await someone(), await someone()];
    const inactive = [await someone({ active: false }), await someone({ active: false })];
    const roles = ['energie-lecteur', 'energie-administrateur'];
    for (const person of holding) for (const role of roles) await grant(stage.db, person, role);
    const ids = [...inactive, ...holding, changed].map((person) => person?.id ?? 0);
    const left = ['Laissé : a déjà ce rôle : 3', 'Laissé : compte inactif : 2'];
    for (const [role, first] of [
      ['energie-lecteur', 'Le droit sera activé : 1'],
      ['energie-administrateur', 'Le rôle sera demandé à l’Ucanss (Validation Ucanss) : 1'],
    ] as const) {
      const draft = await openDraft(stage.admin, { acte: 'activer', role }, ids);
      assert.deepEqual(draft.texts('main details summary').map(clean), [first, ...left]);
    }
  });

  test('a selection of nobody is confirmed by nobody', async () => {
    const elsewhere = await createAccount(stage.db, { organism: 'CAF-251' });
    const draft = await openDraft(stage.admin, { acte: 'desactiver' }, [elsewhere.id]);
    assert.match(draft.texts('main').join(), /La sélection ne compte plus personne/);
    assert.ok(!draft.texts('button').includes('Confirmer'));
  });

  test('a filter that is not understood acts on nobody', async () => {
    const answer = await makeDraft(stage.admin, { acte: 'desactiver', tout: 'oui', compte: 'zzz' });
    assert.equal(answer.status, 422);
  });
});
