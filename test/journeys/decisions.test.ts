import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { recordEvents } from '../../src/database/transaction.ts';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { organismOf } from '../factories/organisms.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { makeDraft, openDraft } from '../tools/draft.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const PENDING = '/gestion/demandes/en-cours';

describe('« Demandes d’habilitations »', () => {
  let portal: TestPortal;
  let local: Agent;
  let other: Agent;
  let national: Agent;
  let auditor: Agent;

  const signedIn = async (email: string): Promise<Agent> => {
    const agent = createAgent(portal);
    await agent.signIn(email);
    return agent;
  };

  before(async () => {
    portal = await startTestPortal();
    local = await signedIn('wtestportail@test.fr');
    other = await signedIn('suppleante@caf39.caf.fr');
    national = await signedIn('national@ucanss.fr');
    auditor = await signedIn('auditeur@ucanss.fr');
  });
  after(async () => {
    for (const agent of [local, other, national, auditor]) agent.close();
    await portal.stop();
  });

  /** A person of the CAF du Jura and their pending request. */
  const ask = async (lastName: string, role = 'energie-lecteur') => {
    const account = await createAccount(portal.db, { last_name: lastName });
    return { account, id: await createRequest(portal.db, { account, role }) };
  };

  const deactivate = (id: number) =>
    portal
      .db('accounts')
      .where({ id })
      .update({ active: false, deactivated_at: portal.clock.now(), deactivation_reason: 'Départ' });

  test('R15, R20, R21, R26 three lists with their columns, dates as JJ/MM/AAAA, search and page size', async () => {
    for (const [path, heading] of [
      [PENDING, "Demandes d'habilitations : En cours"],
      ['/gestion/demandes/accepte', "Demandes d'habilitations : Accepté"],
      ['/gestion/demandes/refus', "Demandes d'habilitations : Refus"],
    ] as const) {
      const page = await local.get(path);
      assert.equal(page.status, 200);
      assert.equal(page.heading, heading);
      const columns = page.texts('thead th').join('|');
      for (const column of [
        'Nom',
        'Prénom',
        'Email',
        'Fonction',
        "Nom de l'organisme",
        'Rôle concerné',
        'Date de la demande',
      ]) {
        assert.ok(columns.includes(column), `${path} lacks « ${column} »`);
      }
      assert.match(page.column('Date de la demande')[0] ?? '', /^\d{2}\/\d{2}\/\d{4}$/);
      assert.equal(page.$('select[name=taille]').val(), '10');
    }
    assert.ok((await local.get(PENDING)).texts('thead th').includes('Action'));
  });

  test('R20 a row leads to the account page, named by the person, while it can be seen from here', async () => {
    const links = async () =>
      (await local.get(`${PENDING}?q=partant`))
        .$('main tbody a[aria-label]')
        .toArray()
        .map(({ attribs }) => [attribs['aria-label'], attribs.href]);
    const { account } = await ask('PARTANT');
    const name = `${account.first_name} PARTANT`;
    assert.deepEqual(await links(), [[name, `/gestion/comptes/${account.id}`]]);
    const { organism_id: elsewhere } = await accountOf(portal.db, 'admin.ucn@urssaf.fr');
    await portal.db('accounts').where({ id: account.id }).update({ organism_id: elsewhere });
    assert.deepEqual(await links(), []);
    assert.equal((await local.get(`${PENDING}?q=leconfine`)).$('main tbody a').length, 0, 'no account yet');
  });

  test('R20, R26 sorted by role and by name, both ways, searched or not', async () => {
    for (const role of ['marches-lecteur', 'energie-lecteur', 'elections-declarant']) await ask('TRIÉ', role);
    for (const [query, column] of [
      ['tri=role', 'Rôle concerné'],
      ['tri=nom', 'Nom'],
      ['tri=role&q=a', 'Rôle concerné'],
    ] as const) {
      const listed = async (way: string) =>
        (await local.get(`${PENDING}?${query}&taille=100&sens=${way}`))
          .column(column)
          .map((cell) => cell.replace(/ Situation de .*/, ''));
      const whole = await listed('asc');
      assert.ok(whole.length > 3);
      assert.deepEqual(whole, whole.toSorted(new Intl.Collator('fr').compare), query);
      const backwards = await listed('desc');
      assert.deepEqual(backwards, whole.toReversed(), query);
    }
  });

  test('R16-R19 account and role requests of my organism, each with its role', async () => {
    const page = await local.get(`${PENDING}?q=leconfine`);
    assert.deepEqual(page.column('Nom'), ['LECONFINE']);
    assert.match(
      page.column('Rôle concerné')[0] ?? '',
      /^Droits d'accès à la ressource : Portail accès connecté/,
    );
    await ask('DEMANDEUR');
    assert.match(
      (await local.get(`${PENDING}?q=demandeur`)).column('Rôle concerné')[0] ?? '',
      /^Energie Lecteur/,
    );
    const rows = await portal
      .db('requests')
      .where({ status: 'pending' })
      .whereNot({ organism_id: (await accountOf(portal.db, 'wtestportail@test.fr')).organism_id });
    assert.ok(rows.length > 0);
    const all = await local.get(`${PENDING}?taille=100`);
    for (const row of rows) assert.ok(!all.text.includes(row.email), `${row.email} is of another organism`);
  });

  test('R5 the menu tells how many are pending', async () => {
    const counted = await portal
      .db('requests')
      .where({
        status: 'pending',
        organism_id: (await accountOf(portal.db, 'wtestportail@test.fr')).organism_id,
      })
      .count()
      .first();
    assert.match(
      (await local.get(PENDING)).texts('nav[aria-label="Menu principal"]').join(),
      new RegExp(`En cours\\D*${counted?.count}\\b`),
    );
  });

  test('R22-R25 accept and refuse, through the page without script: the request leaves « En cours »', async () => {
    const accepted = await ask('ACCEPTÉE');
    const row = await local.get(`${PENDING}?q=acceptee`);
    const form = await local.submit(row, 'Accepter la demande de Camille ACCEPTÉE');
    assert.equal(form.heading, 'Accepter la demande de Camille ACCEPTÉE');
    assert.ok(form.$('button:contains("Annuler")').length > 0);
    const done = await local.follow(await local.submit(form, 'Confirmer', { fin: '2027-12-31' }));
    assert.match(done.notices.join(), /La demande de Camille ACCEPTÉE est acceptée/);
    assert.deepEqual(done.rows, []);
    const list = await local.get('/gestion/demandes/accepte?q=acceptee');
    assert.match(list.column('Décision')[0] ?? '', /Acceptée le 22\/11\/2026 par Welcome TESTPORTAIL/);
    const [held] = await portal.db('assignments').where({ account_id: accepted.account.id });
    assert.equal(held.ends_on, '2027-12-31');

    const refused = await ask('REFUSÉE');
    const refusal = await local.get(`/gestion/demandes/${refused.id}/refus`);
    const empty = await local.submit(refusal, 'Confirmer', { motif: ' ' });
    assert.equal(empty.status, 422);
    assert.match(empty.texts('[role=alert]').join(), /Indiquez le motif du refus/);
    await local.submit(empty, 'Confirmer', { motif: 'Voir votre responsable.' });
    const refusals = await local.get('/gestion/demandes/refus?q=refusee');
    assert.match(
      refusals.column('Décision')[0] ?? '',
      /Refusée le 22\/11\/2026 par Welcome TESTPORTAIL « Voir votre responsable\. »/,
    );
  });

  test('a wrong end date is told at its field, and the input kept', async () => {
    const { id } = await ask('DATÉE');
    const form = await local.get(`/gestion/demandes/${id}/acceptation`);
    for (const fin of ['2020-01-01', '31/12/2019', 'demain', '2027-02-30']) {
      const page = await local.submit(form, 'Confirmer', { fin });
      assert.equal(page.status, 422, fin);
      assert.equal(page.$('#fin').attr('aria-invalid'), 'true');
      assert.equal(page.$('#fin').val(), fin);
    }
  });

  test('two people deciding: the second is told who did and when', async () => {
    const { id } = await ask('DISPUTÉE');
    const mine = await local.get(`/gestion/demandes/${id}/acceptation`);
    const theirs = await other.get(`/gestion/demandes/${id}/refus`);
    await local.submit(mine, 'Confirmer');
    const late = await other.follow(await other.submit(theirs, 'Confirmer', { motif: 'Non.' }));
    assert.match(
      late.notices.join(),
      /Cette demande a déjà été acceptée par Welcome TESTPORTAIL le 22\/11\/2026\./,
    );
  });

  test('one decides knowing: what the person holds, and what forbids it, are told before', async () => {
    const { account, id } = await ask('INFORMÉE');
    await grant(portal.db, account, 'marches-lecteur');
    await grant(portal.db, account, 'sda-consultation', { ends_on: '2026-11-21' });
    const form = await local.get(`/gestion/demandes/${id}/acceptation`);
    assert.ok(form.texts('main li').includes('Habilitations actuelles : Marchés - Lecteur'));
    assert.equal(form.$('.notice-warning').length, 0);
    await deactivate(account.id);
    const stale = await local.get(`/gestion/demandes/${id}/acceptation`);
    assert.match(stale.text, /Le compte de Camille INFORMÉE a été désactivé/);
    const refused = await local.follow(await local.submit(form, 'Confirmer'));
    assert.match(refused.notices.join(), /Le compte de Camille INFORMÉE a été désactivé/);
  });

  test('P1, P3 who asked for somebody else is named, and may cancel but not decide', async () => {
    const person = await createAccount(portal.db, { last_name: 'PROPOSÉE' });
    const role = 'energie-administrateur';
    const form = await local.get(`/gestion/comptes/${person.id}/activation-de-droits?role=${role}`);
    await local.submit(form, 'Confirmer', { motif: 'Nouvelle mission.' });
    const { id } = await portal.db('requests').first('id').where({ account_id: person.id });
    const [told] = await portal.db('messages').where({ request_id: id, recipient: 'national@ucanss.fr' });
    assert.equal(told.data.requester, 'Welcome TESTPORTAIL');
    const cancel = 'Annuler la demande pour Camille PROPOSÉE';
    const seen = await other.get(`${PENDING}?q=proposee`);
    assert.match(seen.column('Action').join(), /Demandée par ?Welcome TESTPORTAIL/);
    assert.ok(!seen.texts('main button').includes(cancel));
    const asked = await national.get(`/gestion/demandes/${id}/acceptation?perimetre=CAF-391`);
    assert.match(asked.texts('main li').join(), /Demandée le 22\/11\/2026 par Welcome TESTPORTAIL/);
    const mine = await local.get(`${PENDING}?q=proposee`);
    assert.match(mine.column('Action').join(), /Vous avez fait cette demande/);
    const back = await local.follow(await local.submit(await local.submit(mine, cancel), 'Confirmer'));
    assert.equal(back.path, `${PENDING}?q=proposee`);
    assert.match(back.notices.join(), /est annulée/);
    assert.equal((await portal.db('requests').first().where({ id })).status, 'cancelled');
    const late = await national.follow(await national.submit(asked, 'Confirmer'));
    assert.match(late.notices.join(), /La demande de Camille PROPOSÉE a été annulée/);
  });

  test('a request that left with its person is told to the organism that had it, to no other', async () => {
    const person = await createAccount(portal.db, { last_name: 'MUTÉE' });
    const from = await accountOf(portal.db, 'wtestportail@test.fr');
    const id = await createRequest(portal.db, { account: person });
    // The trail tells, and decides nothing: not even an event of another organism lets it in.
    const { id: organismId } = await organismOf(portal.db, 'CAF-251');
    await recordEvents(
      { db: portal.db, clock: portal.clock, actor: { kind: 'account', accountId: person.id } },
      { action: 'request.submitted', details: { kind: 'role' }, organismId, requestId: id },
    );
    const mine = await local.get(`/gestion/demandes/${id}/acceptation`);
    const refusal = await local.get(`/gestion/demandes/${id}/refus`);
    const cpam = await signedIn('admin.cpam39@assurance-maladie.fr');
    await cpam.submit(await cpam.get(`/gestion/comptes/${person.id}/rattachement`), 'Confirmer');
    assert.notEqual((await portal.db('requests').first().where({ id })).organism_id, from.organism_id);
    for (const act of [
      () => local.submit(mine, 'Confirmer'),
      () => local.submit(refusal, 'Confirmer', { motif: 'Non.' }),
      () => local.get(`/gestion/demandes/${id}/acceptation`),
    ]) {
      assert.match((await local.follow(await act())).notices.join(), /a changé d’organisme/);
    }
    const several = await signedIn('intercaf@caf.fr');
    assert.equal((await several.get(`/gestion/demandes/${id}/acceptation`)).status, 404);
    assert.equal((await portal.db('requests').first().where({ id })).status, 'pending');
    const open = await cpam.get(`/gestion/demandes/${id}/acceptation`);
    assert.match((await cpam.follow(await cpam.submit(open, 'Confirmer'))).notices.join(), /est acceptée/);
    cpam.close();
    several.close();
  });

  test('P3 a reserved request is locked here, with who decides, and open for Ucanss', async () => {
    const { id } = await ask('RÉSERVÉE', 'energie-administrateur');
    const page = await local.get(`${PENDING}?q=reservee`);
    assert.match(page.text, /validé par l’Ucanss/);
    assert.equal(page.$('tbody button[type=submit]').length, 0);
    const form = await national.get(`/gestion/demandes/${id}/acceptation?perimetre=CAF-391`);
    const done = await national.follow(await national.submit(form, 'Confirmer'));
    assert.match(done.notices.join(), /est acceptée/);
    assert.ok(done.path.includes('perimetre=CAF-391'));
  });

  test('P5 outside the scope, of no sense or unconfirmed, a request does not exist', async () => {
    const account = await createAccount(portal.db, { organism: 'CPAM-391' });
    const elsewhere = await createRequest(portal.db, { account });
    const unconfirmed = await createRequest(portal.db, { status: 'unconfirmed', submitted_at: null });
    for (const id of [elsewhere, unconfirmed, 999_999_999, 'x', '0', '-1', '1e3', '%00']) {
      for (const act of ['acceptation', 'refus']) {
        assert.equal((await local.get(`/gestion/demandes/${id}/${act}`)).status, 404, `${id} ${act}`);
      }
    }
  });

  test('P5 a form made for another organism changes nothing', async () => {
    const several = await signedIn('intercaf@caf.fr');
    const home = await several.get(PENDING);
    const current = Number(home.$('#organisme-courant option[selected]').attr('value'));
    const account = await createAccount(portal.db, { organism: current });
    const id = await createRequest(portal.db, { account });
    const form = await several.get(`/gestion/demandes/${id}/acceptation`);
    assert.equal(form.status, 200);
    const sent = {
      _csrf: await several.token(),
      fin: '',
      organisme: String(form.$('input[name=organisme]').val()),
    };
    const other = ['CAF-701', 'CAF-251'].find((code) => code !== sent.organisme);
    const page = await several.post(`/gestion/demandes/${id}/acceptation?perimetre=${other}`, sent);
    assert.equal(page.status, 422);
    assert.match(page.text, /Vous êtes passé à un autre organisme/);
    assert.equal((await portal.db('requests').first().where({ id })).status, 'pending');
    several.close();
  });

  test('an auditor reads, and is refused every act', async () => {
    const { id } = await ask('AUDITÉE');
    const page = await auditor.get(`${PENDING}?perimetre=CAF-391&q=auditee`);
    assert.deepEqual(page.column('Nom'), ['AUDITÉE']);
    assert.equal(page.$('tbody button[type=submit]').length, 0);
    assert.equal((await auditor.get(`/gestion/demandes/${id}/acceptation`)).status, 403);
    const token = await auditor.token();
    const forced = await auditor.post(`/gestion/demandes/${id}/acceptation`, {
      _csrf: token,
      organisme: 'tous',
    });
    assert.equal(forced.status, 403);
  });

  test('a selection is decided line by line, and says what was left and why', async () => {
    const ids = [];
    for (const name of ['LOTUN', 'LOTDEUX']) ids.push((await ask(name)).id);
    const { id: locked } = await ask('LOTRÉSERVÉ', 'energie-administrateur');
    const all = [...ids, locked];
    const form = await openDraft(local, { acte: 'refuser' }, all);
    assert.match(form.text, /2 demandes vont être refusées/);
    assert.match(form.text, /LOTRÉSERVÉ[\s\S]*Laissée/);
    assert.match(form.text, /2 messages partiront\./);
    const done = await local.follow(await local.submit(form, 'Confirmer', { motif: 'Campagne close.' }));
    assert.match(done.notices.join(), /2 demandes refusées\. 1 autre a été laissée\. 2 messages envoyés\./);
    assert.deepEqual(
      (await portal.db('requests').whereIn('id', ids)).map(({ status }) => status),
      ['refused', 'refused'],
    );
    // The usual duration of the roles asked for is offered where it is the same for all.
    await portal.db('roles').where({ code: 'energie-lecteur' }).update({ default_duration_days: 30 });
    const offered = await openDraft(local, { acte: 'accepter' }, all);
    assert.equal(offered.$('#fin').val(), '');
    const dated = await openDraft(local, { acte: 'accepter' }, [
      (await ask('DURÉEUN')).id,
      (await ask('DURÉEDEUX')).id,
    ]);
    assert.equal(dated.$('#fin').val(), '2026-12-22');
    await portal.db('roles').where({ code: 'energie-lecteur' }).update({ default_duration_days: null });
    // The list is out of date: nothing of what cannot be decided stops the rest, and each is told.
    const fresh = await ask('LOTTROIS');
    const gone = await ask('LOTPARTI');
    const stale = await openDraft(local, { acte: 'accepter' }, [ids[0] ?? 0, gone.id, fresh.id, 999_999_999]);
    await deactivate(gone.account.id);
    assert.match(stale.text, /2 demandes vont être acceptées/);
    const late = await local.follow(await local.submit(stale, 'Confirmer'));
    const told = late.notices.join('\n');
    assert.match(told, /1 demande acceptée\. 3 autres ont été laissées/);
    assert.match(told, /Camille LOTUN : Cette demande a déjà été refusée par Welcome TESTPORTAIL/);
    assert.match(told, /Camille LOTPARTI : Le compte de Camille LOTPARTI a été désactivé/);
    assert.match(told, /Une demande n’est plus dans votre périmètre/);
    const none = await openDraft(local, { acte: 'refuser' });
    assert.match(none.notices.join(), /Cochez au moins une ligne/);
    assert.equal((await makeDraft(local, { acte: 'autre' }, all)).status, 404);
    assert.equal((await makeDraft(local, { acte: 'accepter' }, [999_999_999])).status, 404, 'P5');
  });

  test('ready-made reasons: Ucanss’s for all, mine for my organism, removed by their owner alone', async () => {
    const page = await local.get('/gestion/motifs-de-refus');
    const added = await local.follow(
      await local.submit(page, 'Ajouter le motif', { texte: 'Mobilité prévue prochainement.' }),
    );
    assert.match(added.text, /Mobilité prévue prochainement\./);
    const { id } = await ask('MOTIVÉE');
    assert.match((await local.get(`/gestion/demandes/${id}/refus`)).text, /Mobilité prévue prochainement\./);
    // Without script its button fills the field by way of the server, here and for a selection.
    for (const form of [
      await local.get(`/gestion/demandes/${id}/refus`),
      await openDraft(local, { acte: 'refuser' }, [id]),
    ]) {
      const filled = await local.submit(form, 'Mobilité prévue prochainement.');
      assert.equal(filled.status, 200);
      assert.equal(filled.$('#motif').val(), 'Mobilité prévue prochainement.');
      assert.equal((await portal.db('requests').first().where({ id })).status, 'pending');
    }
    const again = await local.follow(
      await local.submit(page.inOtherTab, 'Ajouter le motif', { texte: 'Mobilité prévue prochainement.' }),
    );
    assert.match(again.notices.join(), /déjà proposé/);
    const { id: own } = await portal
      .db('refusal_reasons')
      .first('id')
      .where({ text: 'Mobilité prévue prochainement.' });
    const edit = async (texte: string, reason = own) => {
      const fields = { _csrf: await local.token(), organisme: 'CAF-391', texte };
      return local.follow(await local.post(`/gestion/motifs-de-refus/${reason}/modification`, fields));
    };
    const blank = await edit(' ');
    assert.equal(blank.status, 422);
    assert.equal(blank.$(`#texte-${own}`).attr('aria-invalid'), 'true');
    assert.equal(blank.$('details[open]').length, 1);
    assert.match((await edit('Mobilité prévue prochainement.')).notices.join(), /déjà proposé/);
    // Two at once: one of them is told that the other said so first.
    const both = await Promise.all([edit('Mobilité prochaine.'), edit('Mobilité prochaine.')]);
    assert.deepEqual(
      both.map(({ status }) => status),
      [200, 200],
    );
    assert.match(both[0]?.text ?? '', /Mobilité prochaine\./);
    assert.match((await edit('Mobilité prévue prochainement.')).notices.join(), /réécrit/);
    const shared = await portal.db('refusal_reasons').first().whereNull('organism_id');
    const token = await local.token();
    const forced = await local.post(`/gestion/motifs-de-refus/${shared.id}/suppression`, {
      _csrf: token,
      organisme: 'CAF-391',
    });
    const beyond = await local.post(`/gestion/motifs-de-refus/2147483648/suppression`, {
      _csrf: token,
      organisme: 'CAF-391',
    });
    assert.equal(beyond.status, 404);
    assert.equal((await edit('Autre chose.', shared.id)).status, 404);
    assert.equal(forced.status, 404);
    await local.submit(added, 'Ne plus proposer « Mobilité prévue prochainement. »');
    assert.doesNotMatch(
      (await local.get('/gestion/motifs-de-refus')).text,
      /Mobilité prévue prochainement\./,
    );
  });

  test('exports hold the result as filtered, and refuse a wrong criterion', async () => {
    const csv = await local.get('/gestion/demandes/accepte.csv?q=acceptee');
    assert.equal(
      csv.headers['content-disposition'],
      'attachment; filename="demandes-acceptees_CAF-391_2026-11-22.csv"',
    );
    assert.match(csv.text, /"?ACCEPTÉE"?;/);
    for (const kind of ['xlsx', 'pdf', 'csv']) {
      assert.equal((await local.get(`${PENDING}.${kind}`)).status, 200);
      assert.equal((await local.get(`${PENDING}.${kind}?tri=inconnu`)).status, 422);
    }
  });
});
