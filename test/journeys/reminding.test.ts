import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type AccountRow, accountOf, createAccount } from '../factories/accounts.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { clean } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const PASSWORD = 'une-phrase-de-passe-longue';
const MINE = '/mes-informations';
const REMIND = 'Relancer la demande « Energie Lecteur »';

describe('« Relancer »', () => {
  let portal: TestPortal;
  const agents: Agent[] = [];

  before(async () => {
    portal = await startTestPortal();
  });
  after(async () => {
    for (const each of agents) each.close();
    await portal?.stop();
  });

  async function someone(): Promise<{ account: AccountRow; agent: Agent }> {
    const account = await createAccount(portal.db, { password: PASSWORD });
    const agent = createAgent(portal);
    agents.push(agent);
    await agent.signIn(account.email, PASSWORD);
    return { account, agent };
  }
  const ask = (account: AccountRow, submitted_at: string) =>
    createRequest(portal.db, { account, submitted_at });

  test('from « Mes informations »: whom it tells, then when it may be done anew', async () => {
    const { account, agent } = await someone();
    const id = await ask(account, '2026-11-02T10:00:00Z');
    const mine = await agent.get(MINE);
    assert.deepEqual(mine.texts('.own-request button'), [REMIND, 'Retirer ma demande « Energie Lecteur »']);
    const asked = await agent.submit(mine, REMIND);
    assert.equal(asked.heading, 'Relancer votre demande « Energie Lecteur » ?');
    const said = clean(asked.$('main').text());
    assert.match(
      said,
      /Votre demande du 02\/11\/2026 est rappelée à Maud SUPPLÉANTE et Welcome TESTPORTAIL\./,
    );
    assert.match(said, /2 messages sont envoyés/);
    const done = await agent.follow(await agent.submit(asked, 'Confirmer'));
    assert.match(
      done.notices.join(),
      /Votre demande a été rappelée à Maud SUPPLÉANTE et Welcome TESTPORTAIL\./,
    );
    assert.deepEqual(done.texts('.own-request button'), ['Retirer ma demande « Energie Lecteur »']);
    assert.match(
      clean(done.$('.own-request').text()),
      /Dernière relance\s*Le 22\/11\/2026 ; vous pourrez le faire de nouveau le 29\/11\/2026/,
    );
    const again =
      /Vous avez relancé cette demande le 22\/11\/2026 ; vous pourrez le faire de nouveau le 29\/11\/2026\./;
    for (const page of [
      await agent.follow(await agent.submit(asked.inOtherTab, 'Confirmer')),
      await agent.visit(`${MINE}/demandes/${id}/relance`),
    ])
      assert.match(page.notices.join(), again);
    assert.equal((await portal.db('messages').where({ request_id: id })).length, 2);
    const { id: event } = await portal.db('audit_events').first('id').where({ action: 'request.reminded' });
    const local = createAgent(portal);
    agents.push(local);
    await local.signIn('wtestportail@test.fr');
    assert.match(
      clean((await local.get(`/gestion/journal/${event}`)).$('main').text()),
      /Demande de « Energie Lecteur » pour Camille \S+ rappelée à qui en décide/,
    );
  });

  test('not before the fifth day: no button, and a sentence for who goes there', async () => {
    const { account, agent } = await someone();
    const id = await ask(account, '2026-11-18T10:00:00Z');
    const mine = await agent.get(MINE);
    assert.deepEqual(mine.texts('.own-request button'), ['Retirer ma demande « Energie Lecteur »']);
    const path = `${MINE}/demandes/${id}/relance`;
    const early = /Cette demande date du 18\/11\/2026 : vous pourrez la relancer à partir du 23\/11\/2026\./;
    assert.match((await agent.visit(path)).notices.join(), early);
    const sent = await agent.post(path, { _csrf: await agent.token() });
    assert.match((await agent.follow(sent)).notices.join(), early);
    assert.deepEqual(await portal.db('messages').where({ request_id: id }), []);
  });

  test('what was decided meanwhile says so; somebody else’s is not there', async () => {
    const [{ account, agent }, other] = [await someone(), await someone()];
    const id = await ask(account, '2026-11-02T10:00:00Z');
    const asked = await agent.submit(await agent.get(MINE), REMIND);
    const path = `${MINE}/demandes/${id}/relance`;
    for (const page of [
      await other.agent.get(path),
      await other.agent.post(path, { _csrf: await other.agent.token() }),
    ])
      assert.equal(page.status, 404);
    const decider = await accountOf(portal.db, 'suppleante@caf39.caf.fr');
    const decision = { decided_at: '2026-11-20T10:00:00Z', decided_by: decider.id, decision_reason: 'Non.' };
    await portal
      .db('requests')
      .where({ id })
      .update({ status: 'refused', ...decision });
    const page = await agent.follow(await agent.submit(asked, 'Confirmer'));
    assert.match(
      page.notices.join(),
      /Cette demande a déjà été refusée par Maud SUPPLÉANTE le 20\/11\/2026 : elle ne peut plus être relancée/,
    );
    assert.deepEqual(page.texts('.own-request button'), []);
    assert.deepEqual(await portal.db('messages').where({ request_id: id }), []);
  });
});
