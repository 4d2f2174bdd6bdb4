import assert from 'node:assert/strict';
import type { Actor } from '../../src/domain/actor.ts';
import { dayInParis } from '../../src/domain/calendar.ts';
import type { Scope } from '../../src/domain/scope.ts';
import { findActor } from '../../src/repositories/actors.ts';
import { accountService } from '../../src/services/accounts.ts';
import { attachingService } from '../../src/services/attaching.ts';
import { type DelegationOutcome, delegationService } from '../../src/services/delegations.ts';
import { type AccountRow, accountOf, createAccount } from '../factories/accounts.ts';
import { grant } from '../factories/assignments.ts';
import { createOrganism, type OrganismRow } from '../factories/organisms.ts';
import { testClock } from '../tools/clock.ts';
import { createTestDatabase } from '../tools/database.ts';

export const ROLE = 'administrateur-local';
export const TODAY = dayInParis(testClock.now());

/** An organism with its people, the first of whom administer it. */
export interface House {
  organism: OrganismRow;
  scope: Scope;
  people: AccountRow[];
}

/** A database with the demonstration, and what tests of delegations ask of it. */
export async function createDelegationStage() {
  const { db, drop } = await createTestDatabase({ template: 'demonstration' });
  const context = { db, clock: testClock };

  const actorOf = async (id: number): Promise<Actor> => {
    const actor = await findActor(db, id, TODAY);
    assert.ok(actor);
    return actor;
  };

  return {
    ...{ db, drop, actorOf },
    national: await actorOf((await accountOf(db, 'national@ucanss.fr')).id),
    services: {
      delegations: delegationService(context),
      accounts: accountService(context),
      attaching: attachingService(context),
    },

    /** An organism of its own with people, the first `administrators` of whom administer it. */
    async house(administrators: number, others: number): Promise<House> {
      const organism = await createOrganism(db);
      const people: AccountRow[] = [];
      for (let index = 0; index < administrators + others; index += 1) {
        const person = await createAccount(db, { organism: organism.id });
        if (index < administrators) await grant(db, person, ROLE, { organism: organism.code });
        people.push(person);
      }
      return { organism, scope: { kind: 'organism', organism }, people };
    },

    /** The right of a person that has not ended, in this organism. */
    live: (account: AccountRow, { organism }: House) =>
      db('assignments')
        .first()
        .where({ account_id: account.id, organism_id: organism.id })
        .whereNull('ended_at'),

    /** What the trail tells of a person, in order. */
    events: (account: AccountRow) =>
      db('audit_events').where({ subject_account_id: account.id }).orderBy('id'),
  };
}

export type DelegationStage = Awaited<ReturnType<typeof createDelegationStage>>;

export const person = ({ people }: House, index: number): AccountRow => {
  const found = people[index];
  assert.ok(found);
  return found;
};

/** Why it was refused, or that it was done. */
export const faultOf = (outcome: DelegationOutcome) => (outcome.kind === 'refused' ? outcome.fault : 'done');

export const terms = (accountId: number, endsOn: string | null = null) => ({ accountId, reason: '', endsOn });
