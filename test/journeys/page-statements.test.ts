import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accountOf, createAccount } from '../factories/accounts.ts';
import { createDoneBatch } from '../factories/drafts.ts';
import { createAgent } from '../tools/agent.ts';
import { allOf } from '../tools/all-of.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { requestStatements } from '../tools/request-statements.ts';

/** The statements that each page costs at most, the session and the actor among them, once the snapshot is read. */
const LOCAL: Readonly<Record<string, number>> = {
  '/gestion/etat': 2,
  '/gestion/etat?q=marie&taille=25': 2,
  '/gestion/comptes': 2,
  '/gestion/comptes?role=energie-lecteur': 3,
  '/gestion/comptes/$person': 11,
  '/gestion/comptes/$person/modification': 6,
  '/gestion/comptes/$person/historique': 4,
  '/gestion/comptes/$person/desactivation': 5,
  '/gestion/comptes/$person/depart': 9,
  '/gestion/actes-prevus': 2,
  '/gestion/demandes/en-cours': 2,
  '/gestion/demandes/accepte': 2,
  '/gestion/motifs-de-refus': 2,
  '/gestion/administrateurs-locaux': 3,
  '/gestion/administrateurs-locaux/nouveau': 3,
  '/gestion/administrateurs-locaux/tous': 3,
  '/gestion/lots': 2,
  // With who did it, and what undid it or was undone by it (R83).
  '/gestion/lots/$batch': 5,
  '/gestion/lots/$batch/annulation': 11,
  '/gestion/journal': 2,
  '/mes-informations': 5,
  // With the factors, what is to come of them, and the sessions.
  '/mes-informations/securite': 7,
  '/gestion': 7,
  '/recherche?q=mantel': 6,
  '/applications': 2,
};

const NATIONAL: Readonly<Record<string, number>> = {
  '/gestion/etat': 2,
  '/gestion/comptes': 3,
  '/gestion/journal': 2,
  '/gestion/applications-et-roles': 2,
  '/gestion/organismes': 3,
  '/gestion/profils-nationaux': 2,
  '/gestion/profils-nationaux/nouveau?q=mantel': 4,
  '/gestion/messages': 2,
  '/gestion': 15,
  '/recherche?q=mantel': 7,
};

describe('what a page asks of the database', () => {
  let portal: TestPortal;
  let person: number;
  let batch: number;
  before(async () => {
    portal = await startTestPortal();
    const { id: createdBy } = await accountOf(portal.db, 'wtestportail@test.fr');
    person = (await accountOf(portal.db, 'tmantel@caf39.caf.fr')).id;
    batch = await createDoneBatch(portal.db, { createdBy, person: await createAccount(portal.db) });
  });
  after(() => portal.stop());

  for (const [email, pages] of [
    ['wtestportail@test.fr', LOCAL],
    ['national@ucanss.fr', NATIONAL],
  ] as const) {
    test(`${email}: no page asks more than it did`, async () => {
      const agent = createAgent(portal);
      await agent.signIn(email);
      const found: Record<string, number> = {};
      for (const path of Object.keys(pages)) {
        const address = path.replace('$person', String(person)).replace('$batch', String(batch));
        await agent.visit(address);
        const before = requestStatements();
        await agent.visit(address);
        found[path] = requestStatements() - before;
      }
      const more = Object.entries(found).filter(([path, statements]) => statements > (pages[path] ?? 0));
      assert.deepEqual(more, []);
      assert.ok(allOf(Object.values(found), (statements) => statements > 0));
    });
  }
});
