import { after, before } from 'node:test';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

const PEOPLE = {
  local: 'wtestportail@test.fr',
  other: 'suppleante@caf39.caf.fr',
  alone: 'admin.cpam39@assurance-maladie.fr',
  national: 'national@ucanss.fr',
  auditor: 'auditeur@ucanss.fr',
} as const;

type Stage = { portal: TestPortal } & Record<keyof typeof PEOPLE, Agent>;

/** A portal with the demonstration data, and those who manage it, each signed in, for a whole file. */
export function useManagement() {
  const stage = {} as Stage;

  before(async () => {
    stage.portal = await startTestPortal();
    for (const [name, email] of Object.entries(PEOPLE)) {
      const agent = createAgent(stage.portal);
      await agent.signIn(email);
      stage[name as keyof typeof PEOPLE] = agent;
    }
  });
  after(async () => {
    for (const name of Object.keys(PEOPLE)) stage[name as keyof typeof PEOPLE]?.close();
    await stage.portal?.stop();
  });

  return Object.assign(stage, {
    /** Somebody else, signed in; to be closed by the test. */
    async signedIn(email: string): Promise<Agent> {
      const agent = createAgent(stage.portal);
      await agent.signIn(email);
      return agent;
    },

    /** A person of the CAF du Jura and their pending request. */
    async ask(lastName: string, role = 'energie-lecteur'): Promise<{ account: AccountRow; id: number }> {
      const account = await createAccount(stage.portal.db, { last_name: lastName });
      return { account, id: await createRequest(stage.portal.db, { account, role }) };
    },

    deactivate: (id: number) =>
      stage.portal
        .db('accounts')
        .where({ id })
        .update({ active: false, deactivated_at: stage.portal.clock.now(), deactivation_reason: 'Départ' }),

    administers: async (id: number): Promise<boolean> =>
      (await stage.portal
        .db('assignments')
        .first('id')
        .where({ account_id: id, role_kind: 'local_administrator' })
        .whereNull('ended_at')) !== undefined,
  });
}
