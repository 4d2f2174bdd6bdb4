import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { createAccount } from '../factories/accounts.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { type Cable, createCable } from '../tools/cable.ts';
import { eventually } from '../tools/eventually.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const NATIONAL = 'national@ucanss.fr';
const STATE = '/gestion/etat';
/** Seconds: what the portal promises where it hears nothing, and as much for a slow machine. */
const BOUND = 10;

describe('the reference data, in two portals on one database', () => {
  let here: TestPortal;
  let there: TestPortal;
  let cable: Cable;
  let national: Agent;
  let away: Agent;

  before(async () => {
    here = await startTestPortal();
    // The notifications of the other portal come through a cable of their own.
    cable = await createCable(here.databaseUrl, 'portail-notifications');
    there = await startTestPortal({ beside: here, databaseUrl: () => cable.url });
    [national, away] = [createAgent(here), createAgent(there)];
    await national.signIn(NATIONAL);
    await away.signIn(NATIONAL);
  });
  after(async () => {
    for (const agent of [national, away]) agent?.close();
    await there?.stop();
    cable?.close();
    await here?.stop();
  });
  beforeEach(async () => {
    cable.repair();
    // Both have it in memory, and are told of changes.
    await eventually(async () => (await listening()) === 2);
    for (const agent of [national, away]) await agent.get(STATE);
  });

  const listening = async (): Promise<number> => {
    const found = await here.db.raw(
      `SELECT count(DISTINCT pid) AS connections FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'portail-notifications' AND state = 'idle'
         AND query LIKE 'SELECT pg_notify%'`,
    );
    return found.rows[0].connections;
  };
  const idOf = async (table: string, code: string): Promise<number> =>
    (await here.db(table).first('id').where({ code })).id;
  const rename = async (agent: Agent, nom: string) => {
    const path = `/gestion/organismes/${await idOf('organisms', 'CAF-391')}/modification`;
    const saved = await agent.submit(await agent.get(path), 'Enregistrer', { nom });
    assert.equal(saved.status, 303);
  };
  /** In the choice of an organism: what else a page tells of it may have been read for that page. */
  const shows = async (agent: Agent, name: string) =>
    (await agent.get(STATE)).texts('#perimetre option').some((option) => option.includes(name));

  test('an organism renamed in one shows there at once, and in the other as soon as it is told', async () => {
    await rename(national, 'CAF renommée ici');
    assert.ok(await shows(national, 'CAF renommée ici'));
    await eventually(() => shows(away, 'CAF renommée ici'), BOUND);
    await rename(away, 'CAF renommée là');
    assert.ok(await shows(away, 'CAF renommée là'));
    await eventually(() => shows(national, 'CAF renommée là'), BOUND);
  });

  for (const outage of ['cut', 'freeze'] as const) {
    test(`where nothing is heard any more (${outage}), it shows within the bound all the same`, async () => {
      cable[outage]();
      await rename(national, `CAF, ${outage}`);
      await eventually(() => shows(away, `CAF, ${outage}`), BOUND);
      await rename(away, `CAF, ${outage} encore`);
      assert.ok(await shows(away, `CAF, ${outage} encore`), 'one’s own changes need no notification');
    });
  }

  test('somebody with psql is heard of too, and whoever changes it at once: one does, both show it', async () => {
    await here.db('organisms').where({ code: 'CAF-391' }).update({ name: 'CAF à la main' });
    for (const agent of [national, away]) await eventually(() => shows(agent, 'CAF à la main'), BOUND);
    const path = `/gestion/organismes/${await idOf('organisms', 'CAF-391')}/modification`;
    const forms = await Promise.all([national.get(path), away.get(path)]);
    const saved = await Promise.all([
      national.submit(forms[0], 'Enregistrer', { nom: 'CAF une' }),
      away.submit(forms[1], 'Enregistrer', { nom: 'CAF deux' }),
    ]);
    assert.deepEqual(saved.map(({ status }) => status).sort(), [303, 409]);
    const { name } = await here.db('organisms').first('name').where({ code: 'CAF-391' });
    for (const agent of [national, away]) await eventually(() => shows(agent, name), BOUND);
  });

  test('what an act judges is the database’s: a role closed elsewhere is not given by a page that has it open', async () => {
    const organism = await idOf('organisms', 'CAF-391');
    const { id } = await createAccount(here.db, { organism });
    const role = await idOf('roles', 'energie-lecteur');
    const edit = `/gestion/comptes/${id}/modification?perimetre=CAF-391`;
    const grant = `/gestion/comptes/${id}/activation-de-droits?role=energie-lecteur&perimetre=CAF-391`;
    const add = '>> Ajouter les habilitations cochées';
    const moved = await away.submit(await away.get(edit), add, { ajouter: String(role) });
    const granting = await away.get(grant);
    cable.freeze();
    await here.db('roles').where({ id: role }).update({ closed_at: here.clock.now() });
    const refused = await away.follow(await away.submit(granting, 'Confirmer', { motif: 'Essai' }));
    const left = await away.follow(await away.submit(moved, 'Enregistrer'));
    assert.deepEqual(await here.db('assignments').where({ account_id: id }), []);
    assert.match(
      refused.notices.join(),
      /« Energie Lecteur » n’est pas, ou n’est plus, de ceux que l’on active/,
    );
    assert.match(left.notices.join(), /Laissé tel quel, car changé ou refusé entre-temps : Energie Lecteur/);
    await here.db('roles').where({ id: role }).update({ closed_at: null });
  });
});
