import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { type FormValues, fillForm, type Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

export const EMPLOYEE = 'tmantel@caf39.caf.fr';
export const ADMINISTRATOR = 'wtestportail@test.fr';
export const ASK = "Demander l'accès à l'application";
const START = '2026-11-22T09:00:00.000Z';

export const motifOf = (page: Page) => String(page.$('textarea[name=motif]').val());

/** A portal with the demonstration data for a whole file, and for each test a browser that nothing is kept of. */
export function useKeptForms() {
  let portal: TestPortal | undefined;
  let agent: Agent | undefined;

  before(async () => {
    portal = await startTestPortal();
  });
  beforeEach(async () => {
    agent = createAgent(stage.portal);
    await stage.portal.db('kept_forms').delete();
    await stage.portal.db('rate_limits').delete();
  });
  afterEach(() => {
    agent?.close();
    portal?.clock.set(START);
  });
  after(() => portal?.stop());

  const stage = {
    get portal(): TestPortal {
      assert.ok(portal, 'the portal is started by a hook');
      return portal;
    },
    get agent(): Agent {
      assert.ok(agent, 'the browser is opened by a hook');
      return agent;
    },

    rows: () => stage.portal.db('kept_forms').orderBy('id'),
    rowOf: async (): Promise<{ id: number; fields: string; key_hash: string }> => (await stage.rows())[0],
    endSessions: () => stage.portal.db('sessions').delete(),

    /** Opens a form, fills it in, and sends it once the session is over; returns « Connexion ». */
    async sendLate(
      as: string,
      { path = '/applications/energie', button = ASK, values = {} as FormValues } = {},
    ): Promise<Page> {
      await stage.agent.post('/connexion', { email: as, password: demonstrationPassword });
      const { action, fields } = fillForm(await stage.agent.get(path), button, values);
      await stage.endSessions();
      const answer = await stage.agent.post(action, fields);
      assert.equal(answer.status, 303);
      return stage.agent.follow(answer);
    },

    signIn: async (page: Page, email: string): Promise<Page> =>
      stage.agent.follow(
        await stage.agent.submit(page, 'Se connecter', { email, password: demonstrationPassword }),
      ),
  };
  return stage;
}
