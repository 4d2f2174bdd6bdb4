import { after, before } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import type { Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';
import { forgetProofs } from '../tools/proved.ts';

export const PASSWORD = 'lanterne-violette-39-moulin';

/** A portal with people of their own, their telephones, and what they do to sign in. */
export function useSecondFactors(environment: Record<string, string> = {}) {
  let portal: TestPortal;
  const agents: Agent[] = [];

  before(async () => {
    portal = await startTestPortal({ environment });
  });
  after(async () => {
    for (const agent of agents) agent.close();
    await portal?.stop();
  });

  const newAgent = (): Agent => {
    const agent = createAgent(portal);
    agents.push(agent);
    return agent;
  };

  /** A telephone: the code of the key, now or some seconds off. */
  const codeOf = (key: string, offset = 0): string =>
    new TOTP({ secret: Secret.fromBase32(key) }).generate({
      timestamp: portal.clock.now().getTime() + offset * 1000,
    });

  const codesOn = (page: Page): string[] =>
    page.texts('.recovery-codes li').map((code) => code.replaceAll(' ', ''));

  return {
    newAgent,
    codeOf,
    codesOn,
    get db() {
      return portal.db;
    },
    get portal() {
      return portal;
    },

    /** Later, so that the next code is another. */
    later: (seconds = 60) =>
      portal.clock.set(new Date(portal.clock.now().getTime() + seconds * 1000).toISOString()),

    newPerson: (fields: Record<string, unknown> = {}): Promise<AccountRow> =>
      createAccount(portal.db, { password: PASSWORD, ...fields }),

    /** Adds an application, and says its key and the codes that came with it. */
    async enrol(agent: Agent): Promise<{ key: string; codes: string[] }> {
      const page = await agent.get('/mes-informations/securite/application');
      const key = page.texts('.secret-key').join('').replace(/\s/g, '');
      const shown = await agent.follow(await agent.submit(page, 'Valider', { facteur: codeOf(key) }));
      return { key, codes: codesOn(shown) };
    },

    /** « Nouveaux codes de secours »: the page before. */
    askNewCodes: async (agent: Agent): Promise<Page> =>
      agent.submit(await agent.get('/mes-informations/securite'), 'Nouveaux codes de secours'),

    /** Somebody new, signed in by their password. */
    async signedIn(fields: Record<string, unknown> = {}) {
      const person = await this.newPerson(fields);
      const agent = newAgent();
      await this.passwordOf(agent, person);
      return { person, agent };
    },

    /** The same, who has added an application; its next code is another. */
    async enrolled(fields: Record<string, unknown> = {}) {
      const { person, agent } = await this.signedIn(fields);
      const factor = await this.enrol(agent);
      this.later();
      return { person, agent, ...factor };
    },

    signOut: async (agent: Agent): Promise<Page> =>
      agent.post('/deconnexion', { _csrf: await agent.token() }),

    /** Signs in with the password, and says what follows. */
    async passwordOf(agent: Agent, person: { email: string }, password = PASSWORD): Promise<Page> {
      return agent.follow(await agent.post('/connexion', { email: person.email, password }));
    },

    /** As if whoever is signed in had shown who they are long ago. */
    forget: (person: { id: number }) => forgetProofs(portal.db, person),

    eventsOf: (person: { id: number }): Promise<string[]> =>
      portal.db('audit_events').where({ subject_account_id: person.id }).orderBy('id').pluck('action'),

    messagesOf: async (person: { email: string }): Promise<string[]> =>
      (
        await portal
          .db('messages')
          .where({ recipient: person.email, template: 'security-changed' })
          .orderBy('id')
      ).map(({ data }) => data.what),
  };
}
