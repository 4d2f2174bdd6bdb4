import type { Database } from '../database/knex.ts';
import type { UnitOfWork } from '../database/transaction.ts';
import {
  type AccountAct,
  type AccountFault,
  type AccountSituation,
  judgeAccountAct,
} from '../domain/account-acts.ts';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import { leavesOrganismWithout } from '../domain/delegation.ts';
import type { NamedHolder } from '../repositories/accounts.ts';
import { credentialRepository } from '../repositories/credentials.ts';
import { factorRepository } from '../repositories/factors.ts';
import { nationalRoleRepository } from '../repositories/national-roles.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { personRightsRepository } from '../repositories/person-rights.ts';
import { isKeptByUcanss } from '../security/acting-upon.ts';
import { findLast, lockAndFindLast } from '../security/delegation-guard.ts';
import { findLastNational } from '../security/national-guard.ts';

/** What an act on an account meets. */
export interface JudgedAccount {
  fault: AccountFault | null;
  /** Names of the organisms that would be left without administrator (P2): a fault, or a warning to Ucanss. */
  left: string[];
}

export type JudgedPerson = Pick<
  NamedHolder,
  'id' | 'active' | 'isExecutive' | 'organismId' | 'closedByUcanss'
>;

/** Where what is judged is read: as it stands, or under lock. */
interface Reading {
  db: Database;
  now: Date;
  /** Organisms that this person's stop would leave without administrator. */
  organismsLeft(accountId: number): Promise<readonly number[]>;
  isLastNational(accountId: number): Promise<boolean>;
  /** Organisms are named even where that stops nobody: the page before warns of them. */
  warns: boolean;
}

/** As things stand, for the page before the act. */
export const asItStands = (db: Database, now: Date): Reading => ({
  db,
  now,
  organismsLeft: async (id) => (await findLast(db, [id], dayInParis(now))).get(id) ?? [],
  isLastNational: async (id) =>
    leavesOrganismWithout(await nationalRoleRepository(db).administrators(dayInParis(now)), id),
  warns: true,
});

/** Under lock, once the person is locked. */
export const underLock = (unit: UnitOfWork): Reading => ({
  db: unit.db,
  now: unit.now,
  organismsLeft: async (id) => (await lockAndFindLast(unit, [id])).get(id) ?? [],
  isLastNational: async (id) => (await findLastNational(unit, [id])).size > 0,
  warns: false,
});

/** After which somebody administers no more where they did. */
const STOPS: ReadonlySet<AccountAct> = new Set(['deactivate', 'attach']);

/** Judges an act on an account, and reads what there is to judge only as far as it must. */
export async function judgeAccount(
  reading: Reading,
  actor: Actor,
  act: AccountAct,
  person: JudgedPerson,
  target?: { id: number },
): Promise<JudgedAccount> {
  const situation: AccountSituation = {
    actor,
    person,
    target: target && { id: target.id, closed: await organismRepository(reading.db).isClosed(target.id) },
  };
  const first = judgeAccountAct(act, situation);
  if (first !== null) return { fault: first, left: [] };
  situation.beyond = await isKeptByUcanss(reading, actor, person);
  if (act === 'sendActivation')
    situation.activated = await credentialRepository(reading.db).isActivated(person.id);
  if (act === 'resetFactor') {
    situation.trusted = await personRightsRepository(reading.db).isTrusted(person.id, reading.now);
    situation.hasFactor = (await factorRepository(reading.db).count(person.id)) > 0;
  }
  const second = judgeAccountAct(act, situation);
  if (second !== null || !STOPS.has(act)) return { fault: second, left: [] };
  const left = (await reading.organismsLeft(person.id)).filter((id) => id !== target?.id);
  situation.left = left;
  // Who joins another organism keeps their profile.
  if (act === 'deactivate') situation.lastNational = await reading.isLastNational(person.id);
  const fault = judgeAccountAct(act, situation);
  return { fault, left: fault !== null || reading.warns ? await namesOf(reading.db, left) : [] };
}

const namesOf = (db: Database, organismIds: readonly number[]): Promise<string[]> =>
  Promise.all(organismIds.map(async (id) => (await organismRepository(db).get(id)).name));
