import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Agent, createAgent } from '../tools/agent.ts';
import { clean } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const OWN = ['Applications', 'Mes informations'];
const REQUESTS = ['Demandes d’habilitations', 'En cours', 'Accepté', 'Refus'];
const ADMINISTRATORS = [
  'Les administrateurs locaux',
  'Administrateurs locaux',
  'Tous les administrateurs locaux',
];
const PEOPLE = ['À faire', 'Gestion des comptes', 'État des habilitations'];
const FOLLOWED = ['Suivi', 'Actes prévus', 'Actions groupées', 'Journal'];
const MANAGEMENT = ['Gestion', ...PEOPLE, ...REQUESTS, ...ADMINISTRATORS, ...FOLLOWED];
const NATIONAL = [
  'National',
  'Applications et rôles',
  'Organismes',
  'Profils nationaux',
  'Nominations',
  'Messages',
];

describe('the menu (R2, R5)', () => {
  let portal: TestPortal;
  const agents: Agent[] = [];
  before(async () => {
    portal = await startTestPortal();
  });
  after(async () => {
    for (const agent of agents) agent.close();
    await portal?.stop();
  });

  for (const [email, at, entries] of [
    ['wadama@ucanss.fr', '/mes-informations', OWN],
    ['suppleante@caf39.caf.fr', '/gestion/etat', [...OWN, ...MANAGEMENT]],
    ['national@ucanss.fr', '/gestion/etat', [...OWN, ...MANAGEMENT, ...NATIONAL]],
    ['auditeur@ucanss.fr', '/gestion/etat', [...OWN, ...MANAGEMENT, ...NATIONAL]],
  ] as const)
    test(`of ${email}: its groups, in their order, and nothing that the profile has not`, async () => {
      const agent = createAgent(portal);
      agents.push(agent);
      await agent.signIn(email);
      const page = await agent.get(at);
      const said = page
        .$('#menu')
        .find('.side-title, a > span:first-child')
        .toArray()
        .map((element) => clean(page.$(element).text()).replace("'", '’'))
        // What waits has an entry of its own, where something does.
        .filter((entry) => entry !== 'Droits à revoir');
      assert.deepEqual(said, [...entries]);
      for (const link of page.$('#menu a').toArray())
        assert.equal((await agent.visit(String(page.$(link).attr('href')))).status, 200);
    });
});
