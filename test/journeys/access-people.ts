import assert from 'node:assert/strict';
import { recordEvents } from '../../src/database/transaction.ts';
import { ANONYMOUS } from '../../src/domain/audit-event.ts';
import { demonstrationPassword } from '../../src/presenters/demonstration.ts';
import { type AccountRow, accountOf, createAccount } from '../factories/accounts.ts';
import { endAssignment, grant } from '../factories/assignments.ts';
import { createDoneBatch, createDraft } from '../factories/drafts.ts';
import { createFailedMessage } from '../factories/messages.ts';
import { createNominationImport } from '../factories/nominations.ts';
import { createPlannedAct } from '../factories/planned-acts.ts';
import { createRequest } from '../factories/requests.ts';
import { type Agent, createAgent } from '../tools/agent.ts';
import { createTestClock } from '../tools/clock.ts';
import type { Page } from '../tools/page.ts';
import type { TestPortal } from '../tools/portal.ts';
import { stayProved } from '../tools/proved.ts';
import type { Profile } from './access-rows.ts';

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

/** The organism that each local profile works on, and another. `twoOrganisms` administers both: one at a time. */
export const ORGANISMS = {
  administrator: { own: 'CAF-391', other: 'CPAM-391' },
  otherAdministrator: { own: 'CPAM-391', other: 'CAF-391' },
  twoOrganisms: { own: 'CAF-701', other: 'CAF-251' },
} as const;

export const isLocal = (profile: Profile): profile is keyof typeof ORGANISMS => profile in ORGANISMS;

const organismsOf = (profile: Profile) => (isLocal(profile) ? ORGANISMS[profile] : ORGANISMS.administrator);

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
    await stayProved(db);
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

    /** Asks as the profile does: from the portal's own pages, with the token of its session, an organism, a reason. */
    async ask(
      profile: Profile,
      method: string,
      path: string,
      more: Record<string, string> = {},
      { beginningOnly = false } = {},
    ): Promise<Page> {
      const person = people.get(profile);
      const agent = person?.agent ?? visitor;
      if (person && method === 'POST' && /^\/+(%2e\/)?deconnexion/i.test(path) && profile !== 'deactivated') {
        return signOut(person);
      }
      if (method === 'GET' || method === 'HEAD') {
        const query = new URLSearchParams(more).toString();
        return agent.send({ method, path: query === '' ? path : `${path}?${query}`, beginningOnly });
      }
      const organisme = isLocal(profile) ? ORGANISMS[profile].own : (more.perimetre ?? 'tous');
      const fields = { organisme, motif: 'Essai', ...(person ? { _csrf: person.token } : {}), ...more };
      return agent.send({ method, path, body: new URLSearchParams(fields).toString() });
    },

    close(): void {
      visitor.close();
      for (const { agent } of people.values()) agent.close();
    },
  };
}

/** Makes what a `$word` of the table stands for: anew for each case, because an act may use it up. */
export function maker({ db }: TestPortal, ownAccountOf: (profile: Profile) => AccountRow | undefined) {
  let last: AccountRow | undefined;

  const person = async (organism: string, fields: Record<string, unknown> = {}) => {
    last = await createAccount(db, { organism, ...fields });
    return last;
  };
  const administrator = async (organism: string) => {
    const account = await person(organism);
    await grant(db, account, 'administrateur-local', { organism });
    return account;
  };
  const holder = async (organism: string) => {
    const account = await person(organism);
    await grant(db, account, 'energie-lecteur');
    return account;
  };
  const request = async (organism: string) =>
    createRequest(db, { account: await person(organism), role: 'energie-lecteur' });

  async function ownRequest(profile: Profile): Promise<number> {
    const account = ownAccountOf(profile);
    if (!account) return request('CAF-391');
    await db('requests').where({ account_id: account.id, status: 'pending' }).delete();
    return createRequest(db, { account, role: 'annuaire-add-lecteur' });
  }

  /** A draft of the profile, or of somebody else of the same organism: national profiles decide requests of all. */
  async function draft(profile: Profile, organism: string, { own }: { own: boolean }): Promise<number> {
    const selected = await person(organism);
    const createdBy = (own ? ownAccountOf(profile)?.id : undefined) ?? (await administrator(organism)).id;
    if (!isLocal(profile) && ['ucanss', 'auditor'].includes(profile))
      return createDraft(db, { createdBy, organismId: null, selectedIds: [await request(organism)] });
    return createDraft(db, { createdBy, organismId: selected.organism_id, selectedIds: [selected.id] });
  }

  const done = async (organism: string): Promise<number> =>
    createDoneBatch(db, { createdBy: (await administrator(organism)).id, person: await person(organism) });

  const event = async (organism: string): Promise<number> => {
    const { id: organismId } = await db('organisms').first('id').where({ code: organism });
    const context = { db, clock: createTestClock(), actor: ANONYMOUS };
    await recordEvents(context, { action: 'request.confirmed', details: {}, organismId });
    return Number(
      (await db('audit_events').max('id as last').where({ organism_id: organismId }).first())?.last,
    );
  };

  return async (word: string, profile: Profile): Promise<string> => {
    const { own, other } = organismsOf(profile);
    const makers: Readonly<Record<string, () => Promise<number>>> = {
      $person: async () => (await person(own)).id,
      $stranger: async () => (await person(other)).id,
      $holder: async () => (await holder(own)).id,
      $strangeHolder: async () => (await holder(other)).id,
      $inactive: async () => (await person(own, { active: false })).id,
      $strangeInactive: async () => (await person(other, { active: false })).id,
      $administrator: async () => (await administrator(own)).id,
      $strangeAdministrator: async () => (await administrator(other)).id,
      $request: () => request(own),
      $strangeRequest: () => request(other),
      $ownRequest: () => ownRequest(profile),
      $draft: () => draft(profile, own, { own: true }),
      $strangeDraft: () => draft(profile, own, { own: false }),
      $planned: async () => createPlannedAct(db, await person(own)),
      $strangePlanned: async () => createPlannedAct(db, await person(other)),
      $done: () => done(own),
      $strangeDone: () => done(other),
      $nationalRole: async () => grant(db, await person('UCANSS'), 'auditeur'),
      $event: () => event(own),
      $strangeEvent: () => event(other),
      $nominations: () => createNominationImport(db),
      $message: () => createFailedMessage(db),
      $assignment: async () => {
        assert.ok(last, 'a right is of the person before it');
        return grant(db, last, 'energie-lecteur');
      },
    };
    const make = word.startsWith('$') ? makers[word] : undefined;
    return make ? String(await make()) : word;
  };
}
