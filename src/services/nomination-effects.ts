import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import type { BatchOutcome } from '../domain/batch.ts';
import { dayInParis } from '../domain/calendar.ts';
import { toldOf } from '../domain/decider.ts';
import { isOutsideMailDomain } from '../domain/mail-domain.ts';
import { changesOf, type NominatedAccount } from '../domain/nomination.ts';
import { accountRepository, type NamedHolder } from '../repositories/accounts.ts';
import { deciderRepository } from '../repositories/deciders.ts';
import { enqueueMessages } from '../repositories/outbox.ts';
import { movePeople } from './attaching.ts';
import type { JudgedLine } from './nomination-judging.ts';

/** What lines that were judged under lock came to, by their number: whose account, and how a batch calls it. */
export type Effects = Map<number, { accountId: number; outcome: BatchOutcome }>;

/**
 * Does what lines ask for, within a use case, of people already locked. A line that is missing was not done. `by` is null
 * for a command, or the portal by itself.
 */
export async function carryOut(
  unit: UnitOfWork,
  by: Actor | null,
  lines: readonly JudgedLine[],
  people: ReadonlyMap<number, NamedHolder>,
): Promise<Effects> {
  const effects: Effects = new Map();
  const having = (verdict: JudgedLine['verdict']) => lines.filter((line) => line.verdict === verdict);
  await create(unit, by, having('create'), effects);
  const moves = having('attach').map(({ line, account, organism: target }) => {
    const person = account && people.get(account.id);
    if (!person || !target) throw new Error(`${line.reference} was judged without its person`);
    return { person, target };
  });
  await movePeople(unit, by, moves);
  await appoint(unit, [...having('attach'), ...having('update')], effects);
  await endOffices(unit, by, having('end'), effects);
  return effects;
}

/** Makes the accounts of executives, and sends each its activation message (R51, R55). */
async function create(unit: UnitOfWork, by: Actor | null, lines: readonly JudgedLine[], effects: Effects) {
  if (lines.length === 0) return;
  const places = new Map(lines.flatMap((line) => (line.organism ? [[line.line.email, line] as const] : [])));
  const added = await accountRepository(unit.db).addMany(
    [...places.values()].map(({ line, organism }) => ({
      email: line.email,
      civility: line.civility,
      lastName: line.lastName,
      firstName: line.firstName,
      functionTitle: line.functionTitle,
      phone: '',
      organismId: organism?.id ?? 0,
      isExecutive: true,
      createdAt: unit.now,
      createdBy: by?.id ?? null,
    })),
  );
  for (const { id, email } of added) {
    const { kept, line, organism } = places.get(email) as JudgedLine;
    const outside = isOutsideMailDomain(email, organism?.mailDomain ?? null);
    unit.record({
      action: 'account.created',
      details: {
        email,
        executive: true,
        reference: line.reference,
        ...(outside ? { outside_domain: true } : {}),
      },
      organismId: organism?.id,
      subjectAccountId: id,
    });
    effects.set(kept.id, { accountId: id, outcome: 'executive_created' });
  }
  await enqueueMessages(
    unit,
    added.map(({ id, email }) => {
      const { line, organism } = places.get(email) as JudgedLine;
      const { firstName, lastName } = line;
      const values = {
        firstName,
        lastName,
        email,
        organismName: organism?.name ?? '',
        cause: 'created' as const,
      };
      return { template: 'activation' as const, to: email, accountId: id, values };
    }),
  );
}

/** Makes executives of people who have an account, in their organism as it is by now. */
async function appoint(unit: UnitOfWork, lines: readonly JudgedLine[], effects: Effects) {
  const offices = lines.flatMap(({ line, account }) => {
    if (account === null) return [];
    const { civility, functionTitle } = changesOf(line, account) ?? account;
    return [{ id: account.id, civility, functionTitle, isExecutive: true }];
  });
  await accountRepository(unit.db).setOffices(offices);
  for (const { kept, line, account, verdict, organism } of lines) {
    if (account === null) continue;
    const to = line.functionTitle === '' ? account.functionTitle : line.functionTitle;
    unit.record({
      action: 'account.nominated',
      details: { reference: line.reference, function: to },
      organismId: verdict === 'attach' ? organism?.id : account.organismId,
      subjectAccountId: account.id,
      effect: { previous: officeOf(account) },
    });
    const outcome = verdict === 'attach' ? 'executive_moved' : 'executive_named';
    effects.set(kept.id, { accountId: account.id, outcome });
  }
}

/** What was there before: whoever undoes it finds it in the effects of the batch (R83). */
const officeOf = ({ civility, functionTitle, isExecutive }: NominatedAccount) => ({
  civility,
  functionTitle,
  isExecutive,
});

/** Ends offices: the account stays as it is, and the administrators of its organism are told. */
async function endOffices(
  unit: UnitOfWork,
  by: Actor | null,
  lines: readonly JudgedLine[],
  effects: Effects,
) {
  const people = lines.flatMap((line) => (line.account ? [{ ...line, account: line.account }] : []));
  if (people.length === 0) return;
  await accountRepository(unit.db).setOffices(
    people.map(({ account: { id, civility, functionTitle } }) => ({
      id,
      civility,
      functionTitle,
      isExecutive: false,
    })),
  );
  for (const { kept, line, account } of people) {
    unit.record({
      action: 'account.office_ended',
      details: { reference: line.reference },
      organismId: account.organismId,
      subjectAccountId: account.id,
      effect: { previous: officeOf(account) },
    });
    effects.set(kept.id, { accountId: account.id, outcome: 'office_ended' });
  }
  await tellEnds(unit, by, people);
}

type Ended = JudgedLine & { account: NonNullable<JudgedLine['account']> };

async function tellEnds(unit: UnitOfWork, by: Actor | null, people: readonly Ended[]): Promise<void> {
  const places = [...new Set(people.map(({ account }) => account.organismId))];
  const administrators = await deciderRepository(unit.db, dayInParis(unit.now)).localAdministrators(places);
  await enqueueMessages(
    unit,
    people.flatMap(({ line, account }) => {
      const { firstName, lastName, email, organismName } = account;
      const values = { firstName, lastName, email, organismName, endedOn: line.effectiveOn };
      const told = toldOf(administrators.get(account.organismId), account.id, by?.id);
      return told.map(({ email: to }) => ({
        template: 'office-ended' as const,
        to,
        accountId: account.id,
        values,
      }));
    }),
  );
}
