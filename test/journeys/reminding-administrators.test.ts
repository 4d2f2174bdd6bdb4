import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createOrganism } from '../factories/organisms.ts';
import { createRequest } from '../factories/requests.ts';
import type { Agent } from '../tools/agent.ts';
import { clean } from '../tools/page.ts';
import { useManagement } from './management-stage.ts';

const PENDING = '/gestion/demandes/en-cours';
const remindName = (person: string) =>
  `Rappeler aux administrateurs la demande de ${person} et celles qui attendent avec elle`;

describe('Ucanss reminds local administrators of what waits for them', () => {
  const stage = useManagement();

  /** An organism of two administrators, where this many requests wait since 2 November. */
  async function organismWaiting(lastName: string, count = 2) {
    const { db } = stage.portal;
    const organism = await createOrganism(db, { name: `Caisse ${lastName}` });
    for (const last_name of ['CHEF', 'SECOND']) {
      const account = await createAccount(db, { organism: organism.id, last_name });
      await grant(db, account, 'administrateur-local', { organism: organism.code });
    }
    const ids: number[] = [];
    for (let each = 0; each < count; each += 1) {
      const account = await createAccount(db, { organism: organism.id, last_name: lastName });
      ids.push(await createRequest(db, { account, submitted_at: '2026-11-02T10:00:00Z' }));
    }
    return { organism, id: ids[0] ?? 0 };
  }
  const buttons = async (agent: Agent, query: string) =>
    (await agent.get(`${PENDING}?${query}`)).texts('main tbody button');

  test('from « En cours » of all organisms, sorted by organism: whom it tells, then when it may be done anew', async () => {
    const { organism, id } = await organismWaiting('RAPPELÉE');
    const page = await stage.national.get(`${PENDING}?q=rappelee&tri=organisme&sens=asc`);
    assert.deepEqual(page.column("Nom de l'organisme"), ['Caisse RAPPELÉE', 'Caisse RAPPELÉE']);
    assert.match(page.text, /20 jours/);
    const asked = await stage.national.submit(page, remindName('Camille RAPPELÉE'));
    assert.equal(asked.heading, 'Rappeler aux administrateurs de la Caisse RAPPELÉE');
    const said = clean(asked.$('main').text());
    for (const each of [
      '2 demandes attendent leur décision, la plus ancienne depuis le 02/11/2026.',
      'Un message le rappelle à Camille CHEF et Camille SECOND.',
      '2 messages partiront.',
    ])
      assert.ok(said.includes(each), `${each} in ${said}`);
    const done = await stage.national.follow(await stage.national.submit(asked, 'Confirmer'));
    assert.match(
      done.notices.join(),
      /Les demandes qui attendent ont été rappelées à Camille CHEF et Camille SECOND\./,
    );
    assert.match(
      clean(done.$('main tbody .row-details').first().text()),
      /Administrateurs rappelés\s*Le 22\/11\/2026/,
    );
    assert.ok(!done.texts('main tbody button').some((name) => name.startsWith('Rappeler')));
    const again =
      /Les administrateurs locaux de la Caisse RAPPELÉE ont reçu un rappel le 22\/11\/2026 ; un autre sera possible le 29\/11\/2026\./;
    const second = await stage.national.follow(await stage.national.submit(asked.inOtherTab, 'Confirmer'));
    assert.match(second.notices.join(), again);
    const path = `/gestion/demandes/${id}/rappel`;
    assert.match(clean((await stage.national.get(path)).$('main').text()), again);
    const { length } = await stage.portal.db('messages').where({ template: 'requests-waiting' });
    assert.equal(length, 2);
    const event = await stage.portal
      .db('audit_events')
      .first('id')
      .where({ action: 'requests.reminded', organism_id: organism.id });
    assert.match(
      clean((await stage.national.get(`/gestion/journal/${event.id}`)).$('main').text()),
      /Rappel de 2 demandes qui attendent \(Caisse RAPPELÉE\), la plus ancienne depuis le 02\/11\/2026, à 2 administrateurs locaux/,
    );
  });

  test('nothing of it for who reads only, for a local administrator, and where nobody there decides', async () => {
    const { id } = await organismWaiting('REGARDÉE', 1);
    const path = `/gestion/demandes/${id}/rappel`;
    assert.deepEqual(await buttons(stage.auditor, 'q=regardee'), []);
    for (const agent of [stage.auditor, stage.local]) {
      assert.equal((await agent.get(path)).status, 403);
      const sent = await agent.post(path, { _csrf: await agent.token(), organisme: 'CAF-391' });
      assert.equal(sent.status, 403);
    }
    await stage.ask('LOCALE');
    const isReminder = (name: string) => name.startsWith('Rappeler');
    assert.ok(!(await buttons(stage.local, 'q=locale')).some(isReminder));
    assert.ok((await buttons(stage.national, 'q=locale')).some(isReminder));
    await stage.ask('LARESERVEE', 'energie-administrateur');
    assert.ok(!(await buttons(stage.national, 'q=lareservee')).some(isReminder));
    const young = await createAccount(stage.portal.db, { last_name: 'LAJEUNE' });
    await createRequest(stage.portal.db, { account: young, submitted_at: '2026-11-20T10:00:00Z' });
    assert.ok(!(await buttons(stage.national, 'q=lajeune')).some(isReminder));
    assert.deepEqual(
      await stage.portal.db('audit_events').where({ action: 'requests.reminded', request_id: id }),
      [],
    );
  });

  test('where nothing waits for them, its page says so, with nothing to confirm', async () => {
    const { id } = await stage.ask('SEULERESERVEE', 'energie-administrateur');
    const { db } = stage.portal;
    const organism = await createOrganism(db, { name: 'Caisse TRANQUILLE' });
    await db('requests').where({ id }).update({ organism_id: organism.id });
    const page = await stage.national.get(`/gestion/demandes/${id}/rappel`);
    assert.match(
      clean(page.$('main').text()),
      /Aucune demande n’attend les administrateurs locaux de la Caisse TRANQUILLE\./,
    );
    const sent = await stage.national.confirmAnyway(page, { organisme: 'tous' });
    assert.match((await stage.national.follow(sent)).notices.join(), /Aucune demande n’attend/);
  });
});
