import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { createAgent } from '../tools/agent.ts';
import { clean } from '../tools/page.ts';
import { named, useAccounts } from './accounts-stage.ts';
import { A3, A4 } from './guide.ts';

describe('« Gestion des comptes »: outside my organism, and « Rattacher »', () => {
  const stage = useAccounts();

  test('R33, R57, P5: outside, a name of two letters is required; no phone, no page, no role', async () => {
    for (const query of ['', 'nom=a', 'nom=1234', 'q=unique']) {
      const page = await stage.admin.get(`/gestion/comptes?organisme=non&${query}`);
      assert.equal(page.$('main table').length, 0, query);
      assert.match(page.texts('.empty').join(), /2 lettres/);
    }
    const page = await stage.admin.get('/gestion/comptes?organisme=non&nom=unique&role=energie-lecteur');
    assert.ok(page.rows.length >= 1);
    assert.equal(page.$('main table tbody a').length, 0);
    assert.deepEqual([...new Set(page.column('Téléphone'))], ['Masqué']);
    assert.equal(page.$('input[name=comptes], input[name=tout]').length, 0, '« Tout » stays inside');
    assert.match(page.notices.join(), /n’est pas pris en compte/);
    assert.ok(!page.column('Organisme').includes('CAF du Jura'));
  });

  test('outside: 50 people at most, and each search leaves an event', async () => {
    const page = await stage.admin.get('/gestion/comptes?organisme=non&prenom=ma&taille=100');
    assert.equal(page.rows.length, 50);
    const event = await stage
      .db('audit_events')
      .where({ action: 'search.outside' })
      .orderBy('id', 'desc')
      .first();
    assert.deepEqual(event.details, { last_name: '', first_name: 'ma', found: 50 });
  });

  test('P12: what is told of other organisms has one counter, whatever the way: 60 an hour, then 429, told to nobody', async () => {
    const other = await stage.enter('intercaf@caf.fr');
    await stage.db('rate_limits').delete();
    const known = await createAccount(stage.db, { organism: 'CPAM-391' });
    const organisme = 'CAF-701';
    const token = { _csrf: await other.token(), organisme };
    const person = { nom: 'DURAND', prenom: 'Zoé', civilite: '', fonction: '', telephone: '' };
    const create = (email: string, more = {}) =>
      other.post('/gestion/comptes/nouveau', { ...token, ...person, email, ...more });
    // Identifiers first: they tell nothing of an address, and are not counted.
    for (const email of [known.email, 'jamais.vue@caf70.caf.fr']) {
      assert.equal((await create(email, { roles: '999999' })).status, 404, email);
    }
    const ways: (() => Promise<{ status: number }>)[] = [
      () => other.get('/gestion/comptes?organisme=non&nom=mantel'),
      () => other.get(`/gestion/comptes/${known.id}/rattachement`),
      () => create(known.email),
    ];
    for (let rank = 0; rank < 60; rank += 1) {
      const answer = await ways[rank % ways.length]?.();
      assert.ok(answer && [200, 422].includes(answer.status), `${rank}: ${answer?.status}`);
    }
    // What would tell nothing is refused from there on as well: an answer would say that there was nothing to tell.
    const colleague = await createAccount(stage.db, { organism: 'CAF-701' });
    const change = (email: string) =>
      other.post(`/gestion/comptes/${colleague.id}/adresse`, { ...token, email, perimetre: 'CAF-701' });
    const unseen = 'vraiment.nouvelle@caf70.caf.fr';
    for (const email of [unseen, known.email]) {
      assert.equal((await create(email)).status, 429, email);
      assert.equal((await change(email)).status, 429, email);
    }
    assert.equal((await other.get('/gestion/comptes/99999999/rattachement')).status, 429);
    for (const way of ways) assert.equal((await way()).status, 429);
    const events = await stage
      .db('audit_events')
      .where({ actor_account_id: (await stage.accountOf('intercaf@caf.fr')).id })
      .whereIn('action', ['search.outside', 'search.person_told']);
    assert.equal(events.length, 60);
    await stage.db('rate_limits').delete();
    // A creation that succeeds is no answer.
    for (let rank = 0; rank < 61; rank += 1)
      assert.equal((await create(`vraiment.nouvelle.${rank}@caf70.caf.fr`)).status, 303);
    assert.equal((await other.get('/gestion/comptes?organisme=non&nom=mantel')).status, 200);
    await stage.db('rate_limits').delete();
    other.close();
  });

  test('P12: 60 pages before « Rattacher » an hour and account; the 61st is refused, and names nobody', async () => {
    const other = await stage.enter('intercaf@caf.fr');
    await stage.db('rate_limits').delete();
    const person = await createAccount(stage.db, { organism: 'CPAM-391', last_name: 'CONSULTEE' });
    const page = () => other.get(`/gestion/comptes/${person.id}/rattachement`);
    for (let rank = 1; rank <= 60; rank += 1) assert.equal((await page()).status, 200, `page ${rank}`);
    const refused = await page();
    assert.equal(refused.status, 429);
    assert.ok(!refused.text.includes(person.last_name));
    assert.ok(Number(refused.headers['retry-after']) > 0);
    const told = stage
      .db('audit_events')
      .where({ subject_account_id: person.id, action: 'search.person_told' });
    assert.equal((await told).length, 60);
    // Another account has its own.
    assert.equal((await stage.admin.get(`/gestion/comptes/${person.id}/rattachement`)).status, 200);
    await stage.db('rate_limits').delete();
    other.close();
  });

  test('60 searches outside an hour and account, then 429', async () => {
    const other = createAgent(stage.portal);
    await other.signIn('intercaf@caf.fr');
    for (let rank = 0; rank < 60; rank += 1) {
      assert.equal(
        (await other.get('/gestion/comptes?organisme=non&nom=mantel')).status,
        200,
        `search ${rank + 1}`,
      );
    }
    assert.equal((await other.get('/gestion/comptes?organisme=non&nom=mantel')).status, 429);
    assert.equal((await other.get('/gestion/comptes')).status, 200);
    other.close();
  });

  test('R58, R59, R60, R62, R63, R64: « Rattacher », its dialog, « Annuler », what follows and what stays', async () => {
    const person = await createAccount(stage.db, { organism: 'CAF-251', last_name: 'VOYAGEUR' });
    await grant(stage.db, person, 'energie-lecteur');
    const request = await createRequest(stage.db, { account: person, role: 'annuaire-add-lecteur' });
    assert.ok(
      !(await stage.find(person)).texts('main table button').some((name) => name.startsWith('Rattacher')),
    );
    const list = await stage.find(person, 'organisme=non');
    const confirmation = await stage.admin.submit(list, `Rattacher ${named(person)} à mon organisme`);
    assert.equal(confirmation.heading, 'CONFIRMATION DU RATTACHEMENT ?');
    assert.ok(confirmation.texts('main li').includes(`${A4}.`));
    assert.ok(confirmation.texts('main li').includes(`${A3}.`));
    assert.ok(!confirmation.text.includes(person.email), 'no view of the account there');
    assert.doesNotMatch(confirmation.text, /prendra fin/, 'P6 does not apply');
    const buttons = confirmation.$('form:has(button[name=annuler]) button').toArray();
    assert.deepEqual(
      buttons.map((button) => confirmation.$(button).text()),
      ['Confirmer', 'Annuler'],
      'in one form',
    );
    const left = await stage.admin.follow(await stage.admin.submit(confirmation, 'Annuler'));
    assert.equal(left.path, list.path, 'back to the list');
    assert.equal((await stage.accountOf(person.email)).organism_id, person.organism_id, 'R59');
    const page = await stage.admin.follow(await stage.admin.submit(confirmation, 'Confirmer'));
    assert.match(page.notices.join(), /fait maintenant partie de la CAF du Jura/);
    assert.equal((await stage.find(person)).rows.length, 1, 'R60');
    assert.deepEqual(await stage.rolesOf(person), ['energie-lecteur'], 'R62');
    const [right] = await stage.db('assignments').where({ account_id: person.id });
    assert.equal(right.inherited_from, person.organism_id, 'R63');
    const me = await stage.accountOf('wtestportail@test.fr');
    assert.equal((await stage.db('requests').where({ id: request }).first()).organism_id, me.organism_id);
    const pending = await stage.admin.get('/gestion/demandes/en-cours?q=voyageur');
    assert.deepEqual(pending.column("Nom de l'organisme"), ['CAF du Jura'], 'the name of the new organism');
    const former = await stage.enter('intercaf@caf.fr');
    const gone = await former.get('/gestion/demandes/en-cours?q=voyageur&perimetre=CAF-251');
    assert.deepEqual(gone.rows, [], 'they left with the person');
    former.close();
    const history = await stage.admin.get(`/gestion/comptes/${person.id}/historique`);
    const attached = history
      .column('Mouvement')
      .filter((text) => text.includes(person.last_name) && !text.startsWith('Consultation'));
    assert.match(
      attached.join(' | '),
      /Rattachement de Camille VOYAGEUR à la CAF du Jura, venant de [^|]+$/,
      'R64, A5, once',
    );
    const events = (await stage.eventsOf(person))
      .map(({ action }) => action)
      .filter((action) => action !== 'message.sent' && action !== 'search.person_told');
    assert.deepEqual(events, ['account.attached', 'account.left', 'request.moved'], 'R64');
  });

  test('P6: one added sentence says that the delegation ends, and the history shows it', async () => {
    const person = await createAccount(stage.db, { organism: 'CAF-251', last_name: 'DELEGUEE' });
    await grant(stage.db, person, 'administrateur-local', { organism: 'CAF-251' });
    const ucanss = await stage.enter('national@ucanss.fr');
    const list = await ucanss.get(`/gestion/comptes?nom=${person.last_name}&organisme=non&perimetre=CAF-391`);
    const confirmation = await ucanss.submit(list, `Rattacher ${named(person)} à mon organisme`);
    const { name } = await stage.db('organisms').first('name').where({ code: 'CAF-251' });
    const sentence = `Sa délégation d’administrateur local pour la ${name} prendra fin.`;
    assert.ok(confirmation.texts('main li').includes(clean(sentence)));
    await ucanss.submit(confirmation, 'Confirmer');
    ucanss.close();
    assert.deepEqual(await stage.rolesOf(person), []);
    const history = await stage.admin.get(`/gestion/comptes/${person.id}/historique`);
    assert.match(
      history.column('Mouvement').join(),
      /n’est plus administrateur local de .*, son rattachement y mettant fin/,
    );
  });

  test('the page before « Rattacher » says of an inactive account, and of no other, that it stays inactive', async () => {
    const stays = 'Le compte est inactif, et le reste.';
    for (const active of [true, false]) {
      const person = await createAccount(stage.db, { organism: 'CAF-251', active });
      const list = await stage.find(person, `organisme=non&compte=${active ? 'actif' : 'inactif'}`);
      const page = await stage.admin.submit(list, `Rattacher ${named(person)} à mon organisme`);
      assert.equal(page.texts('main li').includes(stays), !active);
      await stage.admin.submit(page, 'Confirmer');
      const stored = await stage.db('accounts').where({ id: person.id }).first();
      assert.notEqual(stored.organism_id, person.organism_id);
      assert.equal(stored.active, active);
    }
  });

  test('R61: an executive is not attached, and no button offers it', async () => {
    const page = await stage.admin.get('/gestion/comptes?organisme=non&nom=sommet&prenom=yves');
    assert.deepEqual(page.texts('main table button'), []);
    const sommet = await stage.accountOf('directeur.ucn@urssaf.fr');
    const sent = { _csrf: await stage.admin.token(), organisme: 'CAF-391' };
    const answer = await stage.admin.follow(
      await stage.admin.post(`/gestion/comptes/${sommet.id}/rattachement`, sent),
    );
    assert.ok(answer.notices.includes(`${A3}.`), answer.notices.join());
  });

  test('P9: what Ucanss closed is neither opened nor attached here: a lock in the place of the button', async () => {
    for (const [organism, query, button] of [
      ['CAF-391', 'organisme=oui', 'Réactiver le compte de'],
      ['CPAM-391', 'organisme=non', 'Rattacher'],
    ] as const) {
      for (const closed_by_ucanss of [true, false]) {
        const person = await createAccount(stage.db, { organism, active: false, closed_by_ucanss });
        const page = await stage.find(person, `compte=inactif&${query}`);
        assert.equal(page.rows.length, 1);
        const buttons = page.texts('main table button').filter((text) => text.startsWith(button));
        assert.equal(buttons.length, closed_by_ucanss ? 0 : 1, `${organism} ${closed_by_ucanss}`);
        const locked = /Les droits de cette personne dépassent les vôtres/.test(
          page.texts('main table').join(),
        );
        assert.equal(locked, closed_by_ucanss);
      }
    }
  });

  test('P9: who administers elsewhere is not attached: no button, and the refusal says who can', async () => {
    const unique = await stage.accountOf('admin.cpam39@assurance-maladie.fr');
    const list = await stage.admin.get('/gestion/comptes?organisme=non&nom=unique&prenom=celine');
    assert.deepEqual(list.texts('main table button'), []);
    assert.match(list.texts('main table .lock').join(), /Les droits de cette personne dépassent les vôtres/);
    const confirmation = await stage.admin.get(`/gestion/comptes/${unique.id}/rattachement`);
    assert.equal(
      confirmation.texts('main .notice').join(),
      'Céline UNIQUE administre CPAM du Jura : un administrateur de cet organisme retire d’abord sa délégation, ou l’Ucanss la rattache.',
    );
    const page = await stage.admin.follow(await stage.admin.confirmAnyway(confirmation));
    assert.match(page.notices.join(), /dépassent les vôtres : demandez à l’Ucanss/);
    assert.equal((await stage.accountOf(unique.email)).organism_id, unique.organism_id);
  });
});
