import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { recordEvents } from '../../src/database/transaction.ts';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { organismOf } from '../factories/organisms.ts';
import { createRequest } from '../factories/requests.ts';
import { makeDraft, openDraft } from '../tools/draft.ts';
import { useManagement } from './management-stage.ts';

const PENDING = '/gestion/demandes/en-cours';

describe('« Demandes d’habilitations »: deciding', () => {
  const stage = useManagement();

  test('R22-R25 accept and refuse, through the page without script: the request leaves « En cours »', async () => {
    const accepted = await stage.ask('ACCEPTÉE');
    const row = await stage.local.get(`${PENDING}?q=acceptee`);
    const form = await stage.local.submit(row, 'Accepter la demande de Camille ACCEPTÉE');
    assert.equal(form.heading, 'Accepter la demande de Camille ACCEPTÉE');
    assert.ok(form.$('button:contains("Annuler")').length > 0);
    const done = await stage.local.follow(await stage.local.submit(form, 'Confirmer', { fin: '2027-12-31' }));
    assert.match(done.notices.join(), /La demande de Camille ACCEPTÉE est acceptée/);
    assert.deepEqual(done.rows, []);
    const list = await stage.local.get('/gestion/demandes/accepte?q=acceptee');
    assert.match(list.column('Décision')[0] ?? '', /Acceptée le 22\/11\/2026 par Welcome TESTPORTAIL/);
    const [held] = await stage.portal.db('assignments').where({ account_id: accepted.account.id });
    assert.equal(held.ends_on, '2027-12-31');

    const refused = await stage.ask('REFUSÉE');
    const refusal = await stage.local.get(`/gestion/demandes/${refused.id}/refus`);
    const empty = await stage.local.submit(refusal, 'Confirmer', { motif: ' ' });
    assert.equal(empty.status, 422);
    assert.match(empty.texts('[role=alert]').join(), /Indiquez le motif du refus/);
    await stage.local.submit(empty, 'Confirmer', { motif: 'Voir votre responsable.' });
    const refusals = await stage.local.get('/gestion/demandes/refus?q=refusee');
    assert.match(
      refusals.column('Décision')[0] ?? '',
      /Refusée le 22\/11\/2026 par Welcome TESTPORTAIL « Voir votre responsable\. »/,
    );
  });

  test('a wrong end date is told at its field, and the input kept', async () => {
    const { id } = await stage.ask('DATÉE');
    const form = await stage.local.get(`/gestion/demandes/${id}/acceptation`);
    for (const fin of ['2020-01-01', '31/12/2019', 'demain', '2027-02-30']) {
      const page = await stage.local.submit(form, 'Confirmer', { fin });
      assert.equal(page.status, 422, fin);
      assert.equal(page.$('#fin').attr('aria-invalid'), 'true');
      assert.equal(page.$('#fin').val(), fin);
    }
  });

  test('before accepting, what is unusual is told: an address outside the domain, a role held already', async () => {
    const { account, id: held } = await stage.ask('DÉTENTRICE');
    await grant(stage.portal.db, account, 'energie-lecteur');
    const columns = { outside_mail_domain: true };
    for (const [id, told] of [
      [await createRequest(stage.portal.db, columns), /hors du domaine de messagerie de l’organisme/],
      [await createRequest(stage.portal.db), null],
      [held, /DÉTENTRICE a déjà ce rôle\s: l’accepter ne change rien à ses droits/],
    ] as const) {
      const page = await stage.local.get(`/gestion/demandes/${id}/acceptation`);
      const said = page.texts('main .notice').join();
      if (told) assert.match(said, told);
      else assert.equal(said, '');
    }
  });

  test('two people deciding: the second is told who did and when', async () => {
    const { id } = await stage.ask('DISPUTÉE');
    const mine = await stage.local.get(`/gestion/demandes/${id}/acceptation`);
    const theirs = await stage.other.get(`/gestion/demandes/${id}/refus`);
    await stage.local.submit(mine, 'Confirmer');
    const late = await stage.other.follow(await stage.other.submit(theirs, 'Confirmer', { motif: 'Non.' }));
    assert.match(
      late.notices.join(),
      /Cette demande a déjà été acceptée par Welcome TESTPORTAIL le 22\/11\/2026\./,
    );
  });

  test('one decides knowing: what the person holds, and what forbids it, are told before', async () => {
    const { account, id } = await stage.ask('INFORMÉE');
    await grant(stage.portal.db, account, 'marches-lecteur');
    await grant(stage.portal.db, account, 'sda-consultation', { ends_on: '2026-11-21' });
    const form = await stage.local.get(`/gestion/demandes/${id}/acceptation`);
    assert.ok(form.texts('main li').includes('Habilitations actuelles : Marchés - Lecteur'));
    assert.equal(form.$('.notice-warning').length, 0);
    await stage.deactivate(account.id);
    const stale = await stage.local.get(`/gestion/demandes/${id}/acceptation`);
    assert.match(stale.text, /Le compte de Camille INFORMÉE a été désactivé/);
    const refused = await stage.local.follow(await stage.local.submit(form, 'Confirmer'));
    assert.match(refused.notices.join(), /Le compte de Camille INFORMÉE a été désactivé/);
  });

  test('P1, P3 who asked for somebody else is named, and may cancel but not decide', async () => {
    const person = await createAccount(stage.portal.db, { last_name: 'PROPOSÉE' });
    const role = 'energie-administrateur';
    const form = await stage.local.get(`/gestion/comptes/${person.id}/activation-de-droits?role=${role}`);
    await stage.local.submit(form, 'Confirmer', { motif: 'Nouvelle mission.' });
    const { id } = await stage.portal.db('requests').first('id').where({ account_id: person.id });
    const [told] = await stage.portal
      .db('messages')
      .where({ request_id: id, recipient: 'national@ucanss.fr' });
    assert.equal(told.data.requester, 'Welcome TESTPORTAIL');
    const cancel = 'Annuler la demande pour Camille PROPOSÉE';
    const seen = await stage.other.get(`${PENDING}?q=proposee`);
    assert.match(seen.column('Action').join(), /Demandée par ?Welcome TESTPORTAIL/);
    assert.ok(!seen.texts('main button').includes(cancel));
    const asked = await stage.national.get(`/gestion/demandes/${id}/acceptation?perimetre=CAF-391`);
    assert.match(asked.texts('main li').join(), /Demandée le 22\/11\/2026 par Welcome TESTPORTAIL/);
    const mine = await stage.local.get(`${PENDING}?q=proposee`);
    assert.match(mine.column('Action').join(), /Vous avez fait cette demande/);
    const back = await stage.local.follow(
      await stage.local.submit(await stage.local.submit(mine, cancel), 'Confirmer'),
    );
    assert.equal(back.path, `${PENDING}?q=proposee`);
    assert.match(back.notices.join(), /est annulée/);
    assert.equal((await stage.portal.db('requests').first().where({ id })).status, 'cancelled');
    const late = await stage.national.follow(await stage.national.submit(asked, 'Confirmer'));
    assert.match(late.notices.join(), /La demande de Camille PROPOSÉE a été annulée/);
  });

  test('a request that left with its person is told to the organism that had it, to no other', async () => {
    const person = await createAccount(stage.portal.db, { last_name: 'MUTÉE' });
    const from = await accountOf(stage.portal.db, 'wtestportail@test.fr');
    const id = await createRequest(stage.portal.db, { account: person });
    // The trail tells, and decides nothing: not even an event of another organism lets it in.
    const { id: organismId } = await organismOf(stage.portal.db, 'CAF-251');
    await recordEvents(
      { db: stage.portal.db, clock: stage.portal.clock, actor: { kind: 'account', accountId: person.id } },
      { action: 'request.submitted', details: { kind: 'role' }, organismId, requestId: id },
    );
    const mine = await stage.local.get(`/gestion/demandes/${id}/acceptation`);
    const refusal = await stage.local.get(`/gestion/demandes/${id}/refus`);
    const cpam = await stage.signedIn('admin.cpam39@assurance-maladie.fr');
    await cpam.submit(await cpam.get(`/gestion/comptes/${person.id}/rattachement`), 'Confirmer');
    assert.notEqual((await stage.portal.db('requests').first().where({ id })).organism_id, from.organism_id);
    for (const act of [
      () => stage.local.submit(mine, 'Confirmer'),
      () => stage.local.submit(refusal, 'Confirmer', { motif: 'Non.' }),
      () => stage.local.get(`/gestion/demandes/${id}/acceptation`),
    ]) {
      assert.match((await stage.local.follow(await act())).notices.join(), /a changé d’organisme/);
    }
    const several = await stage.signedIn('intercaf@caf.fr');
    assert.equal((await several.get(`/gestion/demandes/${id}/acceptation`)).status, 404);
    assert.equal((await stage.portal.db('requests').first().where({ id })).status, 'pending');
    const open = await cpam.get(`/gestion/demandes/${id}/acceptation`);
    assert.match((await cpam.follow(await cpam.submit(open, 'Confirmer'))).notices.join(), /est acceptée/);
    cpam.close();
    several.close();
  });

  test('P3 a reserved request is locked here, with who decides, and open for Ucanss', async () => {
    const { id } = await stage.ask('RÉSERVÉE', 'energie-administrateur');
    const page = await stage.local.get(`${PENDING}?q=reservee`);
    assert.match(page.text, /validé par l’Ucanss/);
    assert.equal(page.$('tbody button[type=submit]').length, 0);
    const form = await stage.national.get(`/gestion/demandes/${id}/acceptation?perimetre=CAF-391`);
    const done = await stage.national.follow(await stage.national.submit(form, 'Confirmer'));
    assert.match(done.notices.join(), /est acceptée/);
    assert.ok(done.path.includes('perimetre=CAF-391'));
  });

  test('P5 outside the scope, of no sense or unconfirmed, a request does not exist', async () => {
    const account = await createAccount(stage.portal.db, { organism: 'CPAM-391' });
    const elsewhere = await createRequest(stage.portal.db, { account });
    const unconfirmed = await createRequest(stage.portal.db, { status: 'unconfirmed', submitted_at: null });
    for (const id of [elsewhere, unconfirmed, 999_999_999, 'x', '0', '-1', '1e3', '%00']) {
      for (const act of ['acceptation', 'refus']) {
        assert.equal((await stage.local.get(`/gestion/demandes/${id}/${act}`)).status, 404, `${id} ${act}`);
      }
    }
  });

  test('P5 a form made for another organism changes nothing', async () => {
    const several = await stage.signedIn('intercaf@caf.fr');
    const home = await several.get(PENDING);
    const current = Number(home.$('#organisme-courant option[selected]').attr('value'));
    const account = await createAccount(stage.portal.db, { organism: current });
    const id = await createRequest(stage.portal.db, { account });
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
    assert.equal((await stage.portal.db('requests').first().where({ id })).status, 'pending');
    several.close();
  });

  test('an auditor reads, and is refused every act', async () => {
    const { id } = await stage.ask('AUDITÉE');
    const page = await stage.auditor.get(`${PENDING}?perimetre=CAF-391&q=auditee`);
    assert.deepEqual(page.column('Nom'), ['AUDITÉE']);
    assert.equal(page.$('tbody button[type=submit]').length, 0);
    assert.equal((await stage.auditor.get(`/gestion/demandes/${id}/acceptation`)).status, 403);
    const token = await stage.auditor.token();
    const forced = await stage.auditor.post(`/gestion/demandes/${id}/acceptation`, {
      _csrf: token,
      organisme: 'tous',
    });
    assert.equal(forced.status, 403);
  });

  test('a selection is decided line by line, and says what was left and why', async () => {
    const ids = [];
    for (const name of ['LOTUN', 'LOTDEUX']) ids.push((await stage.ask(name)).id);
    const { id: locked } = await stage.ask('LOTRÉSERVÉ', 'energie-administrateur');
    const all = [...ids, locked];
    const form = await openDraft(stage.local, { acte: 'refuser' }, all);
    assert.match(form.text, /2 demandes vont être refusées/);
    assert.match(form.text, /LOTRÉSERVÉ[\s\S]*Laissée/);
    assert.match(form.text, /2 messages partiront\./);
    const done = await stage.local.follow(
      await stage.local.submit(form, 'Confirmer', { motif: 'Campagne close.' }),
    );
    assert.match(done.notices.join(), /2 demandes refusées\. 1 autre a été laissée\. 2 messages envoyés\./);
    assert.deepEqual(
      (await stage.portal.db('requests').whereIn('id', ids)).map(({ status }) => status),
      ['refused', 'refused'],
    );
    // The usual duration of the roles asked for is offered where it is the same for all.
    await stage.portal.db('roles').where({ code: 'energie-lecteur' }).update({ default_duration_days: 30 });
    // Where none can be accepted there is nothing to fill in, nor to confirm.
    const refusable = await openDraft(stage.local, { acte: 'accepter' }, all);
    assert.match(refusable.text, /Aucune de ces demandes ne peut être acceptée ici/);
    assert.equal(refusable.$('#fin').length + Number(refusable.texts('button').includes('Confirmer')), 0);
    const dated = await openDraft(stage.local, { acte: 'accepter' }, [
      (await stage.ask('DURÉEUN')).id,
      (await stage.ask('DURÉEDEUX')).id,
    ]);
    assert.equal(dated.$('#fin').val(), '2026-12-22');
    await stage.portal.db('roles').where({ code: 'energie-lecteur' }).update({ default_duration_days: null });
    // The list is out of date: nothing of what cannot be decided stops the rest, and each is told.
    const fresh = await stage.ask('LOTTROIS');
    const gone = await stage.ask('LOTPARTI');
    const stale = await openDraft(stage.local, { acte: 'accepter' }, [
      ids[0] ?? 0,
      gone.id,
      fresh.id,
      999_999_999,
    ]);
    await stage.deactivate(gone.account.id);
    assert.match(stale.text, /2 demandes vont être acceptées/);
    const late = await stage.local.follow(await stage.local.submit(stale, 'Confirmer'));
    const told = late.notices.join('\n');
    assert.match(told, /1 demande acceptée\. 3 autres ont été laissées/);
    assert.match(told, /Camille LOTUN : Cette demande a déjà été refusée par Welcome TESTPORTAIL/);
    assert.match(told, /Camille LOTPARTI : Le compte de Camille LOTPARTI a été désactivé/);
    assert.match(told, /Une demande n’est plus dans votre périmètre/);
    const none = await openDraft(stage.local, { acte: 'refuser' });
    assert.match(none.notices.join(), /Cochez au moins une ligne/);
    assert.equal((await makeDraft(stage.local, { acte: 'autre' }, all)).status, 404);
    assert.equal((await makeDraft(stage.local, { acte: 'accepter' }, [999_999_999])).status, 404, 'P5');
  });

  test('P13: Ucanss decides requests of several organisms at once, where it sees them all', async () => {
    const ids = [];
    for (const organism of ['CAF-251', 'CAF-701']) {
      const account = await createAccount(stage.portal.db, { organism });
      ids.push(await createRequest(stage.portal.db, { account, role: 'energie-lecteur' }));
    }
    const page = await openDraft(stage.national, { acte: 'refuser', organisme: 'tous' }, ids);
    const id = Number(page.path.match(/lots\/(\d+)/)?.[1]);
    const { organism_id } = await stage.portal.db('batches').where({ id }).first();
    assert.equal(organism_id, null);
    assert.equal((await stage.national.get(`/gestion/lots/${id}?perimetre=CAF-251`)).status, 404);
    const done = await stage.national.follow(
      await stage.national.submit(page, 'Confirmer', { motif: 'Campagne close' }),
    );
    assert.match(done.notices.join(), /2 demandes refusées\. 2 messages envoyés\./);
  });
});
