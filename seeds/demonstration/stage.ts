import type { Knex } from 'knex';
import { lastId } from '../identities.ts';
import { createRandom, type Random, spread } from '../people/random.ts';
import { FOUNDED } from '../people/reasons.ts';
import { CAST, type CastMember } from './cast.ts';
import { Chronicle } from './chronicle.ts';
import { type Calendar, calendarOf } from './moments.ts';
import { createPeople, type Organism, type People } from './people.ts';
import { RequestBook } from './request-book.ts';
import type { AccountRow, Role } from './rows.ts';

/** What the story is told with: where, which roles, and the people of the documentation. */
export interface Stage {
  calendar: Calendar;
  chronicle: Chronicle;
  requests: RequestBook;
  random: Random;
  people: People;
  organisms: readonly Organism[];
  role(code: string): Role;
  /** The roles that a local administrator grants, and those that Ucanss keeps; the usual ones come often. */
  localRoles: readonly Role[];
  reservedRoles: readonly Role[];
  /** The account of that member of the cast, once entered. */
  account(email: string): AccountRow;
  isCast(account: AccountRow): boolean;
  /** True where members of the cast live. */
  isCastHome(organism: Organism): boolean;
  /** Creates the account of a member of the cast. */
  enter(member: CastMember, act: { at: Date; by: AccountRow | null }): AccountRow;
  /** The administrateur Ucanss, who was there first. */
  national: AccountRow;
}

const SEED = 39;

/** Reads the reference data and sets the stage for a story that is told now. */
export async function setStage(trx: Knex.Transaction, now: Date): Promise<Stage> {
  const calendar = calendarOf(now);
  const organisms: Organism[] = await trx('organisms')
    .select('id', 'code', 'name', 'region', 'mail_domain')
    .orderBy('id');
  const roles: Role[] = await trx('roles')
    .select('id', 'code', 'label', 'kind', 'validator', 'request_mode')
    .orderBy('position');
  const random = createRandom(SEED);
  const chronicle = new Chronicle({
    accounts: await lastId(trx, 'accounts'),
    batches: await lastId(trx, 'batches'),
  });
  const requests = new RequestBook(chronicle, await lastId(trx, 'requests'));
  const people = createPeople(random);
  const role = (code: string) => find(roles, code);
  const validatedBy = (validator: Role['validator']) =>
    spread(
      roles.filter((candidate) => candidate.kind === 'ordinary' && candidate.validator === validator),
      200,
      6,
    );

  const entered = new Map<string, AccountRow>();
  const enter: Stage['enter'] = (member, act) => {
    const { email, civility, lastName, firstName, functionTitle, executive = false } = member;
    const organism = find(organisms, member.organism);
    const phone = people.phone(organism);
    const person = { email, civility, lastName, firstName, functionTitle, phone, organism, executive };
    const account = chronicle.createAccount(person, act);
    entered.set(email, account);
    return account;
  };
  const account = (email: string) => {
    const found = entered.get(email);
    if (!found) throw new Error(`The account ${email} was not created yet.`);
    return found;
  };
  const founding = { at: calendar.beginning, by: null, reason: FOUNDED };
  const national = enter(castMember('national@ucanss.fr'), founding);
  chronicle.grant(national, role('administrateur-ucanss'), founding);
  return {
    account,
    isCast: ({ email }) => entered.has(email),
    isCastHome: ({ code }) => CAST.some((member) => member.organism === code),
    ...{ calendar, chronicle, requests, random, people, organisms, role, enter, national },
    localRoles: validatedBy('local_administrator'),
    reservedRoles: validatedBy('ucanss'),
  };
}

/** The member of the cast with that e-mail. */
export function castMember(email: string): CastMember {
  const member = CAST.find((candidate) => candidate.email === email);
  if (!member) throw new Error(`Nobody in the cast has the address ${email}.`);
  return member;
}

function find<T extends { code: string }>(items: readonly T[], code: string): T {
  const item = items.find((candidate) => candidate.code === code);
  if (!item) throw new Error(`The reference data lacks ${code}: load it before the demonstration.`);
  return item;
}
