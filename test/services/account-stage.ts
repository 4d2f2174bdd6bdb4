import assert from 'node:assert/strict';
import type { Actor } from '../../src/domain/actor.ts';
import type { Scope } from '../../src/domain/scope.ts';
import type { BatchOrder } from '../../src/services/batch-judging.ts';
import { createServices } from '../../src/services/index.ts';
import { type AccountRow, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createOrganism, type OrganismRow } from '../factories/organisms.ts';
import { createTestClock } from '../tools/clock.ts';
import { createTestDatabase } from '../tools/database.ts';

/** An organism with so many local administrators, as services see them. */
export interface House {
  organism: OrganismRow;
  scope: Scope;
  actors: Actor[];
}

/** A database with the reference data, its services, and what tests of acts on accounts ask of them. */
export async function createStage() {
  const { db, url, drop } = await createTestDatabase({ template: 'reference' });
  const clock = createTestClock();

  async function appoint(organism: OrganismRow, account: AccountRow): Promise<Actor> {
    await grant(db, account, 'administrateur-local', { organism: organism.code });
    const { id, email, last_name: lastName, first_name: firstName, organism_id: organismId } = account;
    const administers = [{ ...organism, pendingRequests: 0 }];
    return {
      ...{ id, email, lastName, firstName, organismId, organismName: organism.name, administers },
      ...{ isExecutive: false, national: null, nationalPendingRequests: 0, failedMessages: 0 },
    };
  }

  /** A person as an administrateur Ucanss, whom P2 only warns. */
  async function nominate(account: AccountRow): Promise<Actor> {
    await grant(db, account, 'administrateur-ucanss');
    const { id, email, last_name: lastName, first_name: firstName, organism_id: organismId } = account;
    return {
      ...{ id, email, lastName, firstName, organismId, organismName: 'Ucanss' },
      ...{ administers: [], isExecutive: false },
      ...{ national: 'administrator', nationalPendingRequests: 0, failedMessages: 0 },
    };
  }

  const services = createServices({ db, clock });
  return {
    ...{ db, url, clock, drop, appoint, nominate, services },

    async openHouse(administrators: number): Promise<House> {
      const organism = await createOrganism(db);
      const actors: Actor[] = [];
      for (let rank = 0; rank < administrators; rank += 1) {
        actors.push(await appoint(organism, await createAccount(db, { organism: organism.id })));
      }
      return { organism, actors, scope: { kind: 'organism', organism } };
    },

    /** The same person, who administers these organisms too. */
    async alsoAdministering(actor: Actor, ...organisms: OrganismRow[]): Promise<Actor> {
      for (const { code } of organisms) await grant(db, actor, 'administrateur-local', { organism: code });
      const more = organisms.map((organism) => ({ ...organism, pendingRequests: 0 }));
      return { ...actor, administers: [...actor.administers, ...more] };
    },

    national: async (): Promise<Actor> => nominate(await createAccount(db, { organism: 'UCANSS' })),

    /** A draft of a selection, with what its page tells. */
    async announce(actor: Actor, scope: Scope, order: BatchOrder) {
      const id = await services.batches.draft(actor, scope, order);
      const draft = await services.batches.find(actor, scope, id);
      assert.ok(draft);
      return { id, ...(await services.batches.foresee(actor, scope, draft)) };
    },

    /** What the trail tells of a person, in order: the act, and its details. */
    eventsOf: async (account: { id: number }): Promise<[string, unknown][]> =>
      (await db('audit_events').where({ subject_account_id: account.id }).orderBy('id')).map((event) => [
        event.action,
        event.details,
      ]),

    /** Codes of the roles a person holds, « Administrateur local » among them. */
    rolesOf: (account: { id: number }): Promise<string[]> =>
      db('assignments')
        .join('roles', 'roles.id', 'role_id')
        .where({ account_id: account.id })
        .whereNull('ended_at')
        .orderBy('code')
        .pluck('code'),

    /** True once a statement like this waits for a lock; `act` is then done to its connection. */
    async waiting(statement: string, act = 'pid'): Promise<boolean> {
      const found = await db.raw(
        `SELECT ${act} FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE ?`,
        [statement],
      );
      return found.rows.length > 0;
    },

    openSession: (account: { id: number }) =>
      db('sessions').insert({
        sid: `session-${account.id}`,
        sess: JSON.stringify({ passport: { user: account.id } }),
        expire: '2099-01-01',
      }),
    sessionsOf: async (account: { id: number }) =>
      (await db('sessions').where({ account_id: account.id })).length,
  };
}

export type Stage = Awaited<ReturnType<typeof createStage>>;

/** The only element, or a failure. */
export function first<T>(list: readonly T[]): T {
  const [one] = list;
  assert.ok(one !== undefined, 'the list is empty');
  return one;
}
