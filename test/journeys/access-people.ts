import assert from 'node:assert/strict';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { type AccountRow, accountOf, createAccount } from '../factories/accounts.ts';
import { endAssignment, grant } from '../factories/assignments.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import type { Page } from '../tools/page.ts';
import type { TestPortal } from '../tools/portal.ts';
import type { Profile } from './access-table.ts';

const PASSWORD = 'une-phrase-de-passe-longue';

interface Person {
  account: AccountRow;
  password: string;
  agent: Agent;
  token: string;
}

const CAST: Partial<Record<Profile, string>> = {
  employee: 'tmantel@caf39.caf.fr',
  administrator: 'wtestportail@test.fr',
  otherAdministrator: 'admin.cpam39@assurance-maladie.fr',
  twoOrganisms: 'intercaf@caf.fr',
  ucanss: 'national@ucanss.fr',
  auditor: 'auditeur@ucanss.fr',
};

/**
 * One person a profile, each with an open session. `deactivated` and `formerAdministrator` had, when theirs began,
 * what they no longer have.
 */
export async function openSessions(portal: TestPortal) {
  const { db } = portal;
  const people = new Map<Profile, Person>();
  const visitor = createAgent(portal);

  async function enter(profile: Profile, account: AccountRow, password: string): Promise<void> {
    const agent = createAgent(portal);
    await agent.signIn(account.email, password);
    people.set(profile, { account, password, agent, token: await agent.token() });
  }

  for (const [profile, email] of Object.entries(CAST) as [Profile, string][]) {
    await enter(profile, await accountOf(db, email), demonstrationPassword);
  }
  const leaving = await createAccount(db, { password: PASSWORD });
  await enter('deactivated', leaving, PASSWORD);
  await db('accounts').where({ id: leaving.id }).update({ active: false, deactivated_at: new Date() });

  const former = await createAccount(db, { password: PASSWORD });
  const delegation = await grant(db, former, 'administrateur-local', { organism: 'CAF-391' });
  await enter('formerAdministrator', former, PASSWORD);
  await endAssignment(db, delegation);

  /** Signs out from a session of its own: the others are still needed. */
  async function signOut({ account, password }: Person): Promise<Page> {
    const agent = createAgent(portal);
    await agent.signIn(account.email, password);
    const page = await agent.post('/deconnexion', { _csrf: await agent.token() });
    agent.close();
    return page;
  }

  return {
    accountOf: (profile: Profile): AccountRow | undefined => people.get(profile)?.account,

    /** Asks as the profile does: from the portal's own pages, with the token of its session. */
    async ask(profile: Profile, method: string, path: string): Promise<Page> {
      const person = people.get(profile);
      if (profile === 'visitor') {
        return visitor.send({ method, path, ...(method === 'POST' ? { body: '' } : {}) });
      }
      assert.ok(person, profile);
      if (method === 'POST' && /^\/+deconnexion/i.test(path) && profile !== 'deactivated')
        return signOut(person);
      if (method === 'GET' || method === 'HEAD') return person.agent.send({ method, path });
      return person.agent.send({ method, path, body: `_csrf=${encodeURIComponent(person.token)}` });
    },

    close(): void {
      visitor.close();
      for (const { agent } of people.values()) agent.close();
    },
  };
}
