import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { type AccountRow, accountOf } from '../factories/accounts.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import type { FormValues, Page } from '../tools/page.ts';
import { startTestPortal, type TestPortal } from '../tools/portal.ts';

export const PASSWORD = 'une-phrase-de-passe-longue';

export const named = (account: AccountRow): string => `${account.first_name} ${account.last_name}`;

/** A portal with the demonstration data, and Welcome TESTPORTAIL in « Gestion des comptes », for a whole file. */
export function useAccounts() {
  let portal: TestPortal | undefined;
  let admin: Agent | undefined;

  before(async () => {
    portal = await startTestPortal();
    admin = createAgent(portal);
    await admin.signIn('wtestportail@test.fr');
  });
  after(async () => {
    admin?.close();
    await portal?.stop();
  });

  const stage = {
    get portal(): TestPortal {
      assert.ok(portal, 'the portal is started by a hook');
      return portal;
    },
    get db() {
      return stage.portal.db;
    },
    get admin(): Agent {
      assert.ok(admin, 'the administrator is signed in by a hook');
      return admin;
    },

    /** Somebody else, signed in; to be closed by the test. */
    async enter(email: string, password?: string): Promise<Agent> {
      const agent = createAgent(stage.portal);
      await agent.signIn(email, password);
      return agent;
    },

    /** « Nom » of every row that these filters find. */
    people: async (query: string): Promise<string[]> =>
      (await stage.admin.get(`/gestion/comptes?taille=100&${query}`)).column('Nom'),

    /** The list narrowed to this person. */
    find: (account: AccountRow, query = ''): Promise<Page> =>
      stage.admin.get(`/gestion/comptes?nom=${account.last_name}&${query}`),

    /** Presses a row's button, fills its confirmation, confirms, and comes back to the list. */
    async act(account: AccountRow, query: string, button: string, values: FormValues = {}): Promise<Page> {
      const page = await stage.admin.submit(await stage.find(account, query), button);
      return stage.admin.follow(await stage.admin.submit(page, 'Confirmer', values));
    },

    eventsOf: (account: { id: number }) =>
      stage.db('audit_events').where({ subject_account_id: account.id }).orderBy('id'),

    /** Codes of the roles that a person holds. */
    rolesOf: (account: { id: number }): Promise<string[]> =>
      stage
        .db('assignments')
        .join('roles', 'roles.id', 'role_id')
        .whereNull('ended_at')
        .where({ account_id: account.id })
        .orderBy('code')
        .pluck('code'),

    /** Moves a person to another organism, as if somebody there had attached them. */
    async moveAway(account: AccountRow, organism = 'CPAM-391'): Promise<void> {
      const { id } = await stage.db('organisms').first('id').where({ code: organism });
      await stage.db('accounts').where({ id: account.id }).update({ organism_id: id });
    },

    accountOf: (email: string): Promise<AccountRow> => accountOf(stage.db, email),
  };
  return stage;
}
