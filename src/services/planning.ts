import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { job } from '../domain/audit-event.ts';
import { dayInParis } from '../domain/calendar.ts';
import { Forbidden } from '../domain/errors.ts';
import type { PlannedKind } from '../domain/planned-act.ts';
import { accountRepository, type NamedHolder } from '../repositories/accounts.ts';
import { deciderRepository } from '../repositories/deciders.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { enqueueMessages } from '../repositories/outbox.ts';
import { type PlannedAct, plannedActRepository } from '../repositories/planned-acts.ts';
import { judgeAccount, underLock } from './account-judging.ts';
import type { ServiceContext } from './context.ts';
import { delegationOf } from './delegations.ts';
import { depart } from './departing.ts';
import { nominateOnItsDay } from './nomination-doing.ts';
import { askerOf, endPlanned } from './planned-acts.ts';

/** An act that is due, with whom it is about, locked. */
interface Due<K extends PlannedKind = PlannedKind> {
  unit: UnitOfWork;
  act: PlannedAct & { kind: K };
  person: NamedHolder;
}

type Policy<K extends PlannedKind> = (due: Due<K>) => Promise<void>;

/** What is done on its day, each for itself (P10). */
export function planningService({ db, clock }: ServiceContext) {
  async function perform({
    id,
    kind,
    accountId,
  }: {
    id: number;
    kind: PlannedKind;
    accountId: number | null;
  }): Promise<void> {
    await transaction({ db, clock, actor: job('planned-acts') }, async (unit) => {
      if (kind === 'nomination') return nominateOnItsDay(unit, id);
      // People first, as in any act; another process may have done it meanwhile.
      const person = accountId === null ? null : await accountRepository(unit.db).lockOne(accountId, null);
      const act = await plannedActRepository(unit.db).lock(id);
      if (act === undefined || person === null) return;
      if (act.kind === 'departure') await departOnItsDay({ unit, act, person });
      else if (act.kind === 'delegation') await delegateOnItsDay({ unit, act, person });
    });
  }

  return {
    /**
     * Does what is due by today, those that were missed with the others, and returns how many were looked at. One that
     * breaks stops none of the others, and is tried again an hour later. @throws AggregateError of those that broke
     */
    async runDue(): Promise<number> {
      const due = await plannedActRepository(db).due(dayInParis(clock.now()));
      const broken: unknown[] = [];
      for (const act of due) await perform(act).catch((error) => broken.push(error));
      if (broken.length > 0) throw new AggregateError(broken, `${broken.length} planned acts broke`);
      return due.length;
    },
  };
}

/** What takes away is done whatever became of who asked for it: then as a local administrator of the organism would. */
const departOnItsDay: Policy<'departure'> = async (due) => {
  const { unit, act, person } = due;
  if (person.organismId !== act.organismId) return endPlanned(unit, act, 'attached');
  const asker = await askerOf(unit, act);
  const actor = asker ?? (await standIn(unit, act));
  const { fault } = await judgeAccount(underLock(unit), actor, 'deactivate', person);
  if (fault !== null) {
    await endPlanned(unit, act, 'refused');
    return tellAdministrators(due, actor, { fault });
  }
  // Before the account is closed, which ends what is still to come.
  await plannedActRepository(unit.db).end(act.id, 'done', unit.now);
  const { rights, requests } = await depart(unit, actor, person, act.terms);
  await tellAdministrators(due, actor, { fault: null, rights, requests });
};

/** What gives is asked anew of who asked for it. */
const delegateOnItsDay: Policy<'delegation'> = async ({ unit, act, person }) => {
  const actor = await askerOf(unit, act);
  if (actor === null) return endPlanned(unit, act, 'asker');
  const organism = await organismRepository(unit.db).get(act.organismId);
  const fault = await delegationOf(organism, { unit, actor, person }).give(act.terms).catch(unlessForbidden);
  if (fault !== null) return endPlanned(unit, act, fault === 'asker' ? 'asker' : 'refused');
  await plannedActRepository(unit.db).end(act.id, 'done', unit.now);
};

const unlessForbidden = (error: unknown): 'asker' => {
  if (error instanceof Forbidden) return 'asker';
  throw error;
};

/** Who asked for it, with the rights of a local administrator of the organism and no other. */
async function standIn(unit: UnitOfWork, { askedBy, organismId }: PlannedAct): Promise<Actor> {
  const [asker, organism] = [
    await accountRepository(unit.db).get(askedBy ?? 0),
    await organismRepository(unit.db).get(organismId),
  ];
  return {
    ...asker,
    administers: [{ ...organism, pendingRequests: 0 }],
    national: null,
    nationalPendingRequests: 0,
    failedMessages: 0,
  };
}

/** Tells who administers the organism what became of a departure that was planned. */
async function tellAdministrators(
  { unit, act, person }: Due<'departure'>,
  asker: Actor,
  outcome: { fault: string | null; rights?: number; requests?: number },
): Promise<void> {
  const administrators = deciderRepository(unit.db, dayInParis(unit.now));
  const local = (await administrators.localAdministrators([act.organismId])).get(act.organismId);
  const { firstName, lastName, organismName } = person;
  const values = {
    firstName,
    lastName,
    organismName,
    askedBy: `${asker.firstName} ${asker.lastName}`,
    on: act.effectiveOn,
    reason: act.terms.reason,
    done: outcome.fault === null,
    last: outcome.fault === 'last_administrator',
    rights: outcome.rights ?? 0,
    requests: outcome.requests ?? 0,
  };
  await enqueueMessages(
    unit,
    (local ?? (await administrators.nationalAdministrators()))
      .filter(({ id }) => id !== person.id)
      .map(({ email: to }) => ({ template: 'departure', to, accountId: person.id, values })),
  );
}
