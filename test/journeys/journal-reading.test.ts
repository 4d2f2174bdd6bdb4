import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { recordEvents } from '../../src/database/transaction.ts';
import { ANONYMOUS, type AuditEvent } from '../../src/domain/audit-event.ts';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { allOf } from '../tools/all-of.ts';
import { openDraft } from '../tools/draft.ts';
import { readWorkbook } from '../tools/files.ts';
import type { Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const JOURNAL = '/gestion/journal';

describe('« Journal » is read by genre, batch by batch', () => {
  let portal: TestPortal;
  let local: Agent;
  let auditor: Agent;

  const signedIn = async (email: string): Promise<Agent> => {
    const agent = createAgent(portal);
    await agent.signIn(email);
    return agent;
  };
  before(async () => {
    portal = await startTestPortal();
    local = await signedIn('wtestportail@test.fr');
    auditor = await signedIn('auditeur@ucanss.fr');
  });
  after(async () => {
    for (const agent of [local, auditor]) agent?.close();
    await portal?.stop();
  });

  const told = (page: Page) => page.column('Événement');
  const lines = (text: string) => text.trimEnd().split('\r\n').slice(1);
  const record = async (event: AuditEvent) =>
    recordEvents({ db: portal.db, clock: portal.clock, actor: ANONYMOUS }, event);
  const shortcut = (page: Page, label: string) =>
    String(page.$(`.shortcuts a:contains("${label}")`).attr('href'));

  test('what people did, unless another genre is chosen: each event is of one genre, and « Tout » has them all', async () => {
    await local.get('/gestion/etat.csv');
    await local.get('/gestion/comptes?organisme=non&nom=tologue');
    const { organism_id: organismId } = await accountOf(portal.db, 'wtestportail@test.fr');
    await record({
      ...{ action: 'message.sent', details: { template: 'activation', to: 'x@caf39.caf.fr' }, organismId },
    });
    const counted = async (genre: string) =>
      lines((await local.get(`${JOURNAL}.csv?${genre && `genre=${genre}`}`)).text);
    const of: Record<string, string[]> = {};
    for (const genre of ['actes', 'connexions', 'messages', 'exports', 'consultations'])
      of[genre] = await counted(genre);
    assert.ok(of.actes?.some((line) => line.includes('Droit accordé')));
    assert.ok(of.connexions?.some((line) => line.includes('Connexion de Welcome TESTPORTAIL')));
    assert.ok(of.messages?.some((line) => line.includes('Message envoyé')));
    assert.ok(of.exports?.some((line) => line.includes('État des habilitations')));
    assert.ok(of.consultations?.some((line) => line.includes('Recherche hors de l’organisme')));
    for (const line of of.actes ?? []) assert.doesNotMatch(line, /;(Connexion|Message envoyé|Fin d’export);/);
    const split = Object.values(of).flat();
    assert.equal(new Set(split).size, split.length);
    // The exports of this very test are in « Tout » and not yet in what was read before.
    const all = (await counted('tout')).filter((line) => !line.includes('«\u00a0Journal\u00a0»'));
    assert.equal(split.filter((line) => !line.includes('«\u00a0Journal\u00a0»')).length, all.length);
    const page = await local.get(JOURNAL);
    assert.equal(page.$('#genre option[selected]').text(), 'Actes');
    assert.ok(allOf(told(page), (text) => !/^(Connexion|Message)/.test(text)));
  });

  test('an unknown genre shows the acts and says so; no file leaves with it, and each says what it holds', async () => {
    const page = await local.get(`${JOURNAL}?genre=inconnu`);
    assert.equal(page.status, 200);
    assert.match(page.notices.join(), /Genre : cette valeur est inconnue, les actes sont affichés/);
    assert.deepEqual(told(page), told(await local.get(JOURNAL)));
    for (const kind of ['xlsx', 'pdf', 'csv'])
      assert.equal((await local.get(`${JOURNAL}.${kind}?genre=inconnu`)).status, 422, kind);
    const about = async (query: string) =>
      readWorkbook((await local.get(`${JOURNAL}.xlsx${query}`)).bytes)
        .get('À propos')
        ?.flat()
        .join();
    assert.match(String(await about('')), /Genre\s: Actes/);
    assert.match(String(await about('?genre=exports')), /Genre\s: Exports/);
    assert.doesNotMatch(String(await about('?genre=tout')), /Genre/);
  });

  test('an act that is chosen is shown whatever its genre, which is told; nothing found leads to all genres', async () => {
    const page = await local.get(`${JOURNAL}?acte=sign_in.succeeded`);
    assert.match(page.notices.join(), /Genre : il n’a pas été pris en compte/);
    assert.match(told(page).join(), /Connexion de Welcome TESTPORTAIL/);
    assert.deepEqual((await local.get(`${JOURNAL}?acte=assignment.granted`)).notices, []);
    const none = await local.get(`${JOURNAL}?q=connexion`);
    assert.match(none.text, /Aucun événement du genre «\sActes\s» ne correspond/);
    const all = await local.get(String(none.$('main a:contains("tous les genres")').attr('href')));
    assert.match(told(all).join(), /Connexion de/);
  });

  test('acts are chosen by what they are about', async () => {
    const page = await local.get(JOURNAL);
    const groups = page
      .$('#acte optgroup')
      .toArray()
      .map(({ attribs }) => attribs.label);
    assert.equal(groups[0], 'Comptes');
    assert.equal(groups.at(-1), 'Consultations');
    assert.equal(new Set(groups).size, groups.length);
    assert.match(page.$('#acte optgroup[label="Droits"]').text(), /Droit accordé/);
  });

  test('what a batch did is one line that leads to it; whoever looks for somebody has their event', async () => {
    const people = [];
    for (let count = 0; count < 12; count += 1)
      people.push(await createAccount(portal.db, { last_name: 'LOTI' }));
    const before = Number((await local.get(JOURNAL)).texts('.page-summary').join().match(/^\d+/)?.[0]);
    const draft = await openDraft(
      local,
      { acte: 'activer', role: 'energie-lecteur' },
      people.map(({ id }) => id),
    );
    const number = Number(draft.path.match(/lots\/(\d+)/)?.[1]);
    await local.submit(draft, 'Confirmer', { motif: 'Nouvelle équipe' });
    const page = await local.get(JOURNAL);
    assert.match(told(page)[0] ?? '', /^« Energie Lecteur » activé pour 12 personnes lot n° \d+$/);
    assert.equal(told(page).filter((text) => text.includes('LOTI')).length, 0);
    assert.match(page.texts('.page-summary').join(), new RegExp(`^${before + 1} événements`));
    const href = String(page.$('tbody tr').first().find('.batch-number').attr('href'));
    assert.match(href, new RegExp(`^/gestion/lots/${number}`));
    assert.equal((await local.get(href)).rows.length > 0, true);
    // The other way round, and page by page, it is still one.
    const oldest = await local.get(`${JOURNAL}?sens=asc&taille=100&acte=assignment.granted&du=2026-11-22`);
    assert.match(told(oldest).at(-1) ?? '', /activé pour 12 personnes/);
    assert.match(
      told(await local.get(`${JOURNAL}?acteur=testportail&taille=10`))[0] ?? '',
      /activé pour 12 personnes/,
    );
    for (const query of ['personne=loti', 'q=loti', 'genre=tout&acte=assignment.granted&taille=100']) {
      const each = told(await local.get(`${JOURNAL}?${query}`)).filter((text) => text.includes('LOTI'));
      assert.ok(each.length >= 12, query);
    }
    const file = lines((await local.get(`${JOURNAL}.csv`)).text);
    assert.equal(file.filter((line) => line.includes('LOTI')).length, 12);
  });

  test('« Rechercher » finds what a role was about, in the journal and on the account, beside people and acts', async () => {
    const account = await createAccount(portal.db, { last_name: 'CHERCHÉE' });
    const path = `/gestion/comptes/${account.id}`;
    const asked = await local.get(`${path}/activation-de-droits?role=accords-locaux-acces-organisme`);
    await local.submit(asked, 'Confirmer');
    const granted = /« Accords locaux - Accès organisme » accordé à .*CHERCHÉE/;
    for (const list of [`${JOURNAL}?personne=cherchee&`, `${path}/historique?`]) {
      const rows = async (words: string) => (await local.get(`${list}q=${words}`)).rows.join();
      assert.match(await rows('organisme%20accords'), granted, list);
      assert.doesNotMatch(await rows('energie%20lecteur'), granted, list);
    }
    assert.match(told(await local.get(`${JOURNAL}?q=acces%20organisme`))[0] ?? '', granted);
  });

  test('of a batch of one person, the person is named; two are counted', async () => {
    for (const [count, expected] of [
      [1, /^Désactivation du compte de .* SEULE lot n° /],
      [2, /^2 comptes désactivés lot n° /],
    ] as const) {
      const ids: number[] = [];
      while (ids.length < count) ids.push((await createAccount(portal.db, { last_name: 'SEULE' })).id);
      await local.submit(await openDraft(local, { acte: 'desactiver' }, ids), 'Confirmer', {
        motif: 'Départ',
      });
      assert.match(told(await local.get(JOURNAL))[0] ?? '', expected);
    }
  });

  test('« Mes actes » and the periods set the criteria, and keep the others; who only reads has no act', async () => {
    const page = await local.get(`${JOURNAL}?genre=tout&taille=10`);
    const mine = await local.get(shortcut(page, 'Mes actes'));
    assert.deepEqual([...new Set(mine.column('Par'))], ['Welcome TESTPORTAIL']);
    assert.equal(mine.$('[name=genre] option[selected]').text(), 'Tout');
    assert.equal(mine.$('.shortcuts [aria-current]').text(), 'Mes actes');
    const today = portal.clock.now().toISOString().slice(0, 10);
    for (const [label, du] of [
      ['Aujourd’hui', today],
      ['7 jours', '2026-11-16'],
      ['Ce mois', '2026-11-01'],
    ] as const) {
      const shown = await local.get(shortcut(mine, label));
      assert.deepEqual([shown.$('#du').attr('value'), shown.$('#au').attr('value')], [du, today], label);
      assert.equal(shown.$('#acteur').attr('value'), 'wtestportail@test.fr');
      assert.ok(shown.$('.shortcuts [aria-current]').text().includes(label));
      assert.deepEqual(shown.notices, []);
    }
    assert.equal((await auditor.get(JOURNAL)).$('.shortcuts').text().includes('Mes actes'), false);
  });

  test('« Mes actes » of who administers from elsewhere is by name: their address finds nobody there', async () => {
    const visiting = await createAccount(portal.db, {
      ...{ organism: 'CAF-251', last_name: 'DEPASSAGE', password: demonstrationPassword },
    });
    await grant(portal.db, visiting, 'administrateur-local', { organism: 'CAF-391' });
    const agent = await signedIn(visiting.email);
    const person = await createAccount(portal.db);
    await agent.submit(await agent.get(`/gestion/comptes/${person.id}/desactivation`), 'Confirmer', {
      motif: 'Départ',
    });
    const mine = await agent.get(shortcut(await agent.get(JOURNAL), 'Mes actes'));
    assert.deepEqual(mine.column('Par'), [`${visiting.first_name} DEPASSAGE`]);
    agent.close();
  });

  test('at night in Paris, « Aujourd’hui » is the day of Paris', async () => {
    const now = portal.clock.now().toISOString();
    portal.clock.set('2026-11-30T23:30:00.000Z');
    const night = await signedIn('suppleante@caf39.caf.fr');
    const page = await night.get(JOURNAL);
    assert.match(shortcut(page, 'Aujourd’hui'), /du=2026-12-01&au=2026-12-01/);
    assert.match(shortcut(page, 'Ce mois'), /du=2026-12-01&au=2026-12-01/);
    night.close();
    portal.clock.set(now);
  });

  test('« Derniers mouvements » are acts, however often the person signed in since', async () => {
    const person = await createAccount(portal.db, { last_name: 'ASSIDUE', password: demonstrationPassword });
    await grant(portal.db, person, 'energie-lecteur');
    const form = await local.get(`/gestion/comptes/${person.id}/desactivation`);
    await local.submit(form, 'Confirmer', { motif: 'Congé' });
    const reopened = await local.get(`/gestion/comptes/${person.id}/reactivation`);
    await local.submit(reopened, 'Confirmer');
    for (let count = 0; count < 9; count += 1) (await signedIn(person.email)).close();
    const page = await local.get(`/gestion/comptes/${person.id}`);
    assert.deepEqual(
      page.texts('.timeline li > p:first-of-type').map((text) => text.split(' du compte')[0]),
      ['Réactivation', 'Désactivation'],
    );
    const history = await local.get(`/gestion/comptes/${person.id}/historique`);
    assert.match(history.column('Mouvement').join(), /Connexion de .* ASSIDUE/);
  });

  test('who acts without being signed in is named where a link proves it, and is no visitor where somebody is known', async () => {
    const { id, organism_id: organismId } = await accountOf(portal.db, 'tmantel@caf39.caf.fr');
    const about = { organismId, subjectAccountId: id };
    const by = async (event: AuditEvent) => {
      await record(event);
      return (await local.get(`${JOURNAL}?genre=tout&acte=${event.action}`)).column('Par')[0];
    };
    const unknown = 'Une personne non identifiée';
    const link = 'Thomas MANTEL, par lien';
    assert.equal(await by({ action: 'sign_in.refused', details: { cause: 'wrong' }, ...about }), unknown);
    assert.equal(await by({ action: 'password.reset_requested', details: {}, ...about }), unknown);
    const change = { to: 'nouvelle@caf39.caf.fr', from: 'tmantel@caf39.caf.fr' };
    assert.equal(await by({ action: 'account.email_changed', details: change, ...about }), link);
    assert.equal(await by({ action: 'account.email_reverted', details: change, ...about }), link);
    assert.equal(
      await by({ action: 'account.email_change_confirmed', details: { to: change.to }, ...about }),
      'Le lien reçu à la nouvelle adresse',
    );
    const nobody = { organismId, action: 'sign_in.refused', details: { cause: 'wrong' } } as const;
    assert.equal(await by(nobody), 'Un visiteur');
  });
});
