import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { recordEvents } from '../../src/database/transaction.ts';
import { ANONYMOUS } from '../../src/domain/audit-event.ts';
import { ofOrganism, theOrganism, toOrganism } from '../../src/domain/organism-name.ts';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { allOf } from '../tools/all-of.ts';
import type { Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const PASSWORD = 'une-phrase-de-passe-longue';

describe('« Journal »', () => {
  let portal: TestPortal;
  let local: Agent;
  let auditor: Agent;

  before(async () => {
    portal = await startTestPortal();
    local = createAgent(portal);
    await local.signIn('wtestportail@test.fr');
    auditor = createAgent(portal);
    await auditor.signIn('auditeur@ucanss.fr');
  });
  after(async () => {
    local.close();
    auditor.close();
    await portal.stop();
  });

  const organismOf = (code: string): Promise<{ code: string; name: string }> =>
    portal.db('organisms').where({ code }).first();

  test('a local administrator reads their organism, the latest first, and nothing of another', async () => {
    const page = await local.get('/gestion/journal?genre=tout&taille=100');
    assert.equal(page.heading, 'Journal');
    const { organism_id: own } = await accountOf(portal.db, 'wtestportail@test.fr');
    const counted = await portal.db('audit_events').where({ organism_id: own }).count().first();
    assert.match(page.texts('.page-summary').join(), new RegExp(`^${counted?.count} événements`));
    const dates = page
      .$('tbody time')
      .toArray()
      .map((time) => page.$(time).attr('datetime') ?? '');
    assert.ok(dates.length > 10);
  });

  test('F1 who asks for an account is named once their address is confirmed, not before', async () => {
    const fields = { status: 'unconfirmed', submitted_at: null, last_name: 'SECRÈTE', first_name: 'Ève' };
    const requestId = await createRequest(portal.db, fields);
    await recordEvents(
      { db: portal.db, clock: portal.clock, actor: ANONYMOUS },
      {
        action: 'request.submitted',
        details: { kind: 'account', email: 'eve@test.fr' },
        organismId: null,
        requestId,
      },
    );
    const latest = async () =>
      (await auditor.get('/gestion/journal?perimetre=tous&acte=request.submitted')).column('Événement')[0] ??
      '';
    assert.match(await latest(), /pour une personne dont l’adresse n’est pas confirmée$/);
    await portal
      .db('requests')
      .where({ id: requestId })
      .update({ status: 'pending', submitted_at: portal.clock.now() });
    assert.match(await latest(), /Ève SECRÈTE/);
  });

  test('it is filtered by person, author, act and period; what is wrong is told', async () => {
    const of = async (query: string) => local.get(`/gestion/journal?${query}`);
    const granted = await of('personne=mantel&acte=assignment.granted');
    assert.deepEqual(granted.column('Événement'), ['« Energie Lecteur » accordé à Thomas MANTEL']);
    const authors = new Set((await of('acteur=suppleante&taille=100')).column('Par'));
    assert.deepEqual([...authors], ['Maud SUPPLÉANTE']);
    assert.deepEqual((await of('personne=personne-de-ce-nom')).rows, []);
    assert.deepEqual((await of('du=2030-01-01')).rows, []);
    assert.match((await of('au=demain')).notices.join(), /Au : cette date n’existe pas/);
    assert.match((await of('acte=account.merged')).notices.join(), /Acte : cette valeur est inconnue/);
    assert.equal((await local.get('/gestion/journal.csv?acte=account.merged')).status, 422);
    assert.match((await of('du=2026-11-02&au=2026-11-01')).notices.join(), /finit avant de commencer/);
    assert.match((await of('taille=7')).notices.join(), /25 sont affichés/);
    assert.match((await of('page=999')).text, /Cette page est au-delà de la dernière/);
  });

  test('« Rechercher » finds who is concerned, who acted, and acts; the oldest come first where asked', async () => {
    const of = async (query: string) => local.get(`/gestion/journal?taille=100&${query}`);
    for (const row of (await of('q=mantel')).rows) assert.match(row.join(' '), /Thomas MANTEL/);
    assert.ok(
      (await of('q=mantel')).column('Événement').includes('« Energie Lecteur » accordé à Thomas MANTEL'),
    );
    assert.ok((await of('q=suppleante')).column('Par').includes('Maud SUPPLÉANTE'));
    const granted = await of('q=DROIT+accorde');
    assert.ok(granted.rows.length > 10);
    for (const text of granted.column('Événement')) assert.match(text, /accordé à/);
    assert.deepEqual((await of('q=rien-de-tel')).rows, []);

    const instants = (page: Page) =>
      page
        .$('tbody time')
        .toArray()
        .map(({ attribs }) => attribs.datetime);
    const latest = instants(await of('q=mantel'));
    const oldest = await of('q=mantel&sens=asc');
    assert.deepEqual(instants(oldest), latest.toReversed());
    assert.equal(oldest.$('th[aria-sort]').attr('aria-sort'), 'ascending');
    const csv = (await local.get('/gestion/journal.csv?q=mantel&sens=asc')).text.split('\r\n');
    assert.equal(csv.length, latest.length + 2, 'a header, the rows, nothing after the last');
  });

  test('a name of more people than can be looked for is told; a file that would lack some is not made', async () => {
    const page = await auditor.get('/gestion/journal?personne=a');
    assert.match(page.notices.join(), /Personne : plus de 100 personnes/);
    assert.equal((await auditor.get('/gestion/journal.csv?personne=a')).status, 422);
    // Of 57 people of the organism, all are looked for.
    assert.deepEqual((await local.get('/gestion/journal?personne=a')).notices, []);
    const text = (await local.get('/gestion/journal.csv?personne=mantel&acte=assignment.granted')).text;
    assert.match(text, /Droit accordé;«\sEnergie Lecteur\s» accordé à Thomas MANTEL;CAF du Jura;/);
  });

  test('an event has a page with all that is kept of it; one of another organism does not exist (P5)', async () => {
    const list = await local.get('/gestion/journal?personne=mantel&acte=assignment.granted');
    const page = await local.get(list.$('tbody td[data-label="Date"] a').attr('href') ?? '');
    assert.match(page.heading, /^Événement n° \d+$/);
    const event = await portal
      .db('audit_events')
      .where({ id: page.heading.slice(13) })
      .first();
    assert.equal(event.action, 'assignment.granted');
    assert.match(page.texts('main').join(), /« Energie Lecteur » accordé à Thomas MANTEL\./);
    for (const kept of ['Droit accordé', 'CAF du Jura', event.hash, event.previous_hash])
      assert.ok(page.texts('main dd').includes(kept), kept);
    const [back] = page.$('main a:contains("Revenir au journal")').toArray();
    assert.equal(page.$(back).attr('href'), '/gestion/journal?personne=mantel&acte=assignment.granted');
    const elsewhere = await portal
      .db('audit_events')
      .whereNot({ organism_id: event.organism_id })
      .whereNotNull('subject_account_id')
      .first();
    assert.equal((await local.get(`/gestion/journal/${elsewhere.id}`)).status, 404);
    assert.equal((await auditor.get(`/gestion/journal/${elsewhere.id}`)).status, 200);
    assert.equal((await auditor.get(`/gestion/journal/${elsewhere.id}?perimetre=CAF-391`)).status, 404);
  });

  test('who leaves the organism stays in its journal up to then; sign-ins are of where the person is', async () => {
    const [mine, theirs] = [await organismOf('CAF-391'), await organismOf('CPAM-391')];
    const person = await createAccount(portal.db, {
      ...{ organism: mine.code, last_name: 'NOMADE', password: PASSWORD },
    });
    const session = createAgent(portal);
    await session.signIn(person.email, PASSWORD);
    session.close();
    const other = createAgent(portal);
    await other.signIn('admin.cpam39@assurance-maladie.fr');
    const found = await other.get('/gestion/comptes?organisme=non&nom=nomade');
    const name = `${person.first_name} ${person.last_name}`;
    const confirmation = await other.submit(found, `Rattacher ${name} à mon organisme`);
    await other.submit(confirmation, 'Confirmer');
    // The messages to the administrators left leave in their own time.
    const toldOf = (page: Page) => page.column('Événement').filter((text) => !text.startsWith('Message'));
    const here = await local.get('/gestion/journal?genre=tout&personne=nomade');
    assert.deepEqual(toldOf(here), [
      `${name} quitte ${theOrganism(mine.name)} pour ${theOrganism(theirs.name)}`,
      `Connexion de ${name}`,
    ]);
    const left = await local.get(here.$('tbody tr:contains("quitte") a').attr('href') ?? '');
    assert.ok(!left.text.includes(`/gestion/comptes/${person.id}`), 'no way to a page that is a 404');
    const there = await other.get('/gestion/journal?genre=tout&personne=nomade');
    assert.deepEqual(toldOf(there), [
      `Rattachement de ${name} ${toOrganism(theirs.name)}, venant ${ofOrganism(mine.name)}`,
      `Consultation de ${name} depuis un autre organisme, avant de la rattacher`,
    ]);
    other.close();
  });

  test('who left is found by name, whatever their number elsewhere; what they have become finds nothing', async () => {
    const theirs = await organismOf('CPAM-391');
    // More people of that name elsewhere than a filter names, all before.
    for (let count = 0; count < 101; count += 1)
      await createAccount(portal.db, { organism: 'CAF-251', last_name: 'HOMONYME' });
    const person = await createAccount(portal.db, {
      ...{ organism: 'CAF-391', last_name: 'HOMONYME', first_name: 'Dominique', password: PASSWORD },
    });
    const session = createAgent(portal);
    await session.signIn(person.email, PASSWORD);
    session.close();
    const other = createAgent(portal);
    await other.signIn('admin.cpam39@assurance-maladie.fr');
    await other.submit(await other.get(`/gestion/comptes/${person.id}/rattachement`), 'Confirmer');
    await portal
      .db('accounts')
      .where({ id: person.id })
      .update({ email: 'nouvelle.adresse@cpam39.fr', function_title: 'Sous-directrice' });
    const found = async (query: string) =>
      (await local.get(`/gestion/journal?genre=tout&taille=100&${query}`)).column('Événement');
    const told = (texts: string[]) => texts.filter((text) => text.includes('Dominique HOMONYME'));
    for (const query of ['personne=homonyme', 'personne=dominique+homonyme', 'q=homonyme']) {
      const texts = told(await found(query));
      assert.ok(texts.includes('Connexion de Dominique HOMONYME'), query);
      assert.ok(
        texts.includes(`Dominique HOMONYME quitte la CAF du Jura pour ${theOrganism(theirs.name)}`),
        query,
      );
    }
    for (const criterion of ['nouvelle.adresse', 'cpam39.fr', 'sous-directrice']) {
      for (const field of ['personne', 'acteur', 'q'])
        assert.deepEqual(told(await found(`${field}=${criterion}`)), [], `${field}=${criterion}`);
    }
    // Where they are now, they are found by all of it; who took them away is found as the author here.
    const there = await other.get('/gestion/journal?personne=nouvelle.adresse');
    assert.ok(
      there.column('Événement').some((text) => text.startsWith('Rattachement de Dominique HOMONYME')),
    );
    assert.ok(told(await found('acteur=unique')).length > 0);
    other.close();
  });

  test('authors of elsewhere are found by name: Ucanss, and who administered the organism', async () => {
    const national = createAgent(portal);
    await national.signIn('national@ucanss.fr');
    const person = await createAccount(portal.db, { organism: 'CAF-391', last_name: 'FERMÉE' });
    const form = await national.get(`/gestion/comptes/${person.id}/desactivation?perimetre=CAF-391`);
    await national.submit(form, 'Confirmer', { motif: 'Départ' });
    national.close();
    const page = await local.get('/gestion/journal?acteur=national&acte=account.deactivated');
    assert.deepEqual(page.column('Par'), ['Noé NATIONAL']);
    assert.deepEqual((await local.get('/gestion/journal?acteur=national%40ucanss.fr')).rows, []);
    // The history of the person finds them too.
    const history = await local.get(`/gestion/comptes/${person.id}/historique?q=national`);
    assert.ok(history.column('Par').includes('Noé NATIONAL'));
  });

  test('pages that one does not have leave 60 events in a window, then one for all that follow', async () => {
    const person = await createAccount(portal.db, { password: PASSWORD });
    const session = createAgent(portal);
    await session.signIn(person.email, PASSWORD);
    const statuses: number[] = [];
    for (let page = 0; page < 70; page += 1) statuses.push((await session.get('/gestion/etat')).status);
    session.close();
    assert.deepEqual(statuses, Array(70).fill(403));
    const refused = { action: 'access.refused', actor_account_id: person.id };
    const events = await portal.db('audit_events').where(refused).orderBy('id');
    const [last, ...others] = events.map(({ details }) => details).reverse();
    assert.equal(others.length, 60);
    assert.deepEqual(last, { method: 'GET', path: '/gestion/etat', more_than: 60 });
    assert.ok(allOf(others, (details) => details.more_than === undefined));
    const told = await auditor.get(
      `/gestion/journal?acte=access.refused&acteur=${person.last_name}&taille=100`,
    );
    assert.match(
      told.column('Événement')[0] ?? '',
      /Plus de 60 refus en quelques minutes : les suivants ne sont pas détaillés/,
    );
    // A window later they are told anew.
    await portal.db('rate_limits').where('key', 'like', 'refusals%').update({ expire: 1 });
    const again = createAgent(portal);
    await again.signIn(person.email, PASSWORD);
    await again.get('/gestion/etat');
    again.close();
    assert.equal((await portal.db('audit_events').where(refused)).length, 62);
  });

  test('an auditor reads and exports everything; a wrong criterion stops an export', async () => {
    assert.equal((await auditor.get('/gestion/journal')).status, 200);
    for (const kind of ['csv', 'xlsx', 'pdf']) {
      const path = `/gestion/journal.${kind}?perimetre=CAF-391`;
      assert.equal((await auditor.get(path)).status, 200, kind);
      assert.equal((await auditor.get(`${path}&du=hier`)).status, 422, kind);
    }
    const traced = await portal
      .db('audit_events')
      .where({ action: 'export.started' })
      .orderBy('id', 'desc')
      .first();
    assert.equal(traced.details.list, 'journal');
  });
});
