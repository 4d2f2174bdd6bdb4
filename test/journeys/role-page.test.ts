import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { clean, type Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const ROLE = 'energie-lecteur';
const PAGE = `/gestion/roles/${ROLE}`;

describe('the page of a role', () => {
  let portal: TestPortal;
  const agents: Agent[] = [];
  let local: Agent;
  let national: Agent;
  let auditor: Agent;

  before(async () => {
    portal = await startTestPortal();
    for (const [last_name, organism] of [
      ['AUFOYER', 'CAF-391'],
      ['AILLEURS', 'CPAM-391'],
    ] as const)
      await grant(portal.db, await createAccount(portal.db, { last_name, organism }), ROLE);
    const gone = await createAccount(portal.db, { last_name: 'PARTIE' });
    await grant(portal.db, gone, ROLE);
    await portal
      .db('accounts')
      .where({ id: gone.id })
      .update({ active: false, deactivated_at: portal.clock.now() });
    const over = await createAccount(portal.db, { last_name: 'ÉCHUE' });
    await grant(portal.db, over, ROLE);
    await portal
      .db('assignments')
      .where({ account_id: over.id })
      .update({ granted_at: '2026-01-05T09:00:00Z', ends_on: '2026-11-20' });
    const emails = ['wtestportail@test.fr', 'national@ucanss.fr', 'auditeur@ucanss.fr'];
    for (const email of emails) {
      const agent = createAgent(portal);
      await agent.signIn(email);
      agents.push(agent);
    }
    [local, national, auditor] = agents as [Agent, Agent, Agent];
  });
  after(async () => {
    for (const agent of agents) agent.close();
    await portal?.stop();
  });

  const names = (page: Page) => page.texts('main table tbody th');
  const facts = (page: Page) => clean(page.$('main dl.facts').text());

  test('in an organism: what it is, who decides, and whoever « Gestion des comptes » says has it', async () => {
    const page = await local.get(PAGE);
    assert.equal(page.heading, 'Energie Lecteur');
    assert.match(facts(page), /Application ?Energie.*Description.*Public.*Validation ?Administrateur local/);
    const held = await local.get(`/gestion/comptes?role=${ROLE}&taille=100`);
    const all = await local.get(`${PAGE}?taille=100`);
    assert.deepEqual(names(all), names(held));
    assert.ok(names(all).some((name) => name.endsWith('AUFOYER')));
    for (const absent of ['AILLEURS', 'PARTIE', 'ÉCHUE'])
      assert.ok(!names(all).join().includes(absent), absent);
    assert.match(
      clean(page.$('.page-summary').text()),
      new RegExp(`^${names(all).length} personnes l’ont · CAF du Jura`),
    );
  });

  test('it is searched, and sorted by each column both ways', async () => {
    assert.deepEqual(names(await local.get(`${PAGE}?q=aufoyer`)).length, 1);
    assert.match(
      (await local.get(`${PAGE}?q=ailleurs`)).texts('main h2').join(),
      /Aucune personne ne correspond/,
    );
    for (const sort of ['nom', 'email', 'depuis', 'par', 'jusquau']) {
      const up = names(await local.get(`${PAGE}?tri=${sort}&taille=100`));
      const down = names(await local.get(`${PAGE}?tri=${sort}&sens=desc&taille=100`));
      assert.equal(up.length, down.length);
      assert.deepEqual([...up].sort(), [...down].sort(), sort);
    }
  });

  test('requests for it that wait are counted, of the organism alone, with the way to them', async () => {
    const waiting = async (agent: Agent, path = PAGE) =>
      clean((await agent.get(path)).$('main dt:contains("Demandes en cours") + dd').text());
    const before = Number.parseInt(await waiting(local), 10) || 0;
    const there = Number.parseInt(await waiting(national), 10) || 0;
    for (const organism of ['CAF-391', 'CPAM-391'])
      await createRequest(portal.db, { account: await createAccount(portal.db, { organism }), role: ROLE });
    assert.match(await waiting(local), new RegExp(`^${before + 1} demandes?,`));
    assert.match(await waiting(national), new RegExp(`^${there + 2} demandes,`));
    const page = await local.get(PAGE);
    const link = page.$('main dt:contains("Demandes en cours") + dd a').attr('href') ?? '';
    const list = await local.get(link);
    assert.equal(list.heading, "Demandes d'habilitations : En cours");
    assert.ok(list.rows.length > before);
  });

  test('over all organisms: how many people of each, with the way to them', async () => {
    const page = await national.get(`${PAGE}?taille=100&tri=personnes&sens=desc`);
    const { rows } = await portal.db.raw(
      `SELECT o.name, count(*) FROM assignments s JOIN accounts a ON a.id = s.account_id AND a.active
         JOIN organisms o ON o.id = a.organism_id JOIN roles r ON r.id = s.role_id
       WHERE r.code = ? AND s.ended_at IS NULL AND (s.ends_on IS NULL OR s.ends_on >= ?) GROUP BY o.name`,
      [ROLE, portal.clock.now()],
    );
    const counted = rows.map((row: { name: string; count: string }) => `${row.name} ${row.count}`).sort();
    const shown = page.rows.map((row) => row.join(' ').replace(/ ?(\d+) personnes?$/, ' $1'));
    assert.equal(shown.length, Math.min(counted.length, 100));
    assert.deepEqual(
      shown.filter((line) => !counted.includes(line)),
      [],
    );
    assert.match(clean(page.$('.page-summary').text()), new RegExp(`^${counted.length} organismes`));
    const one = page.$('main tbody th a:contains("CPAM du Jura")').attr('href') ?? '';
    assert.match(one, /perimetre=CPAM-391/);
    assert.match(names(await national.get(one)).join(), /AILLEURS/);
    assert.equal((await national.get(`${PAGE}?q=cpam%20jura`)).rows.length, 1);
    assert.match(
      (await national.get(`${PAGE}?q=xqzwv`)).texts('main h2').join(),
      /Aucun organisme ne correspond/,
    );
  });

  test('Ucanss may change it from there, the auditor and a local administrator may not', async () => {
    const changes = (page: Page) => page.texts('.page-head a').filter((text) => text === 'Modifier').length;
    assert.equal(changes(await national.get(PAGE)), 1);
    assert.equal(changes(await auditor.get(PAGE)), 0);
    assert.equal(changes(await local.get(PAGE)), 0);
  });

  test('roles that are not given one by one say how they are had', async () => {
    const said = async (where: object) => {
      const { code } = await portal.db('roles').first('code').where(where);
      return (await local.get(`/gestion/roles/${code}`)).texts('main h2').join();
    };
    assert.match(await said({ kind: 'local_administrator' }), /Ce rôle se donne par délégation/);
    assert.match(await said({ kind: 'national' }), /Ce rôle est donné par l’Ucanss/);
    assert.match(await said({ validator: 'free', kind: 'ordinary' }), /Accès libre/);
  });

  test('an unknown code is nothing, nor is anything shown to who does not administer', async () => {
    for (const code of ['inconnu', 'ENERGIE-LECTEUR', '%00', 'a'.repeat(3_000)])
      assert.equal((await local.visit(`/gestion/roles/${code}`)).status, 404, code.slice(0, 20));
    const agent = createAgent(portal);
    agents.push(agent);
    await agent.signIn('wadama@ucanss.fr');
    assert.equal((await agent.visit(PAGE)).status, 403);
    const unknown = await local.get(`${PAGE}?tri=x&sens=y&page=99`);
    assert.match(unknown.notices.join(), /Ce tri est inconnu/);
  });

  test('it is reached from where a role is named', async () => {
    const person = await accountOf(portal.db, 'tmantel@caf39.caf.fr');
    for (const [agent, path] of [
      [local, `/gestion/comptes/${person.id}`],
      [local, '/gestion/demandes/en-cours?taille=100'],
      [local, `/gestion/comptes?role=${ROLE}`],
      [national, '/gestion/applications-et-roles?q=energie%20lecteur'],
    ] as const) {
      const page = await agent.get(path);
      assert.ok(page.$(`main a[href^="${PAGE}"]`).length > 0, path);
    }
  });

  test('of a role that no list of people counts, nobody is counted nor looked for: where it is given is said', async () => {
    for (const [agent, code, way] of [
      [local, 'administrateur-local', '/gestion/administrateurs-locaux'],
      [national, 'administrateur-local', '/gestion/administrateurs-locaux?perimetre=tous'],
      [national, 'auditeur', '/gestion/profils-nationaux?perimetre=tous'],
      [local, 'thesaurus-comptable-lecteur', undefined],
    ] as const) {
      const page = await agent.get(`/gestion/roles/${code}`);
      assert.equal(page.status, 200);
      assert.doesNotMatch(clean(page.$('.page-summary').text()), /\d/, code);
      assert.equal(page.$('main input[name=q]').length, 0, code);
      assert.equal(page.$('main .empty a').attr('href'), way, code);
    }
  });
});
