import { transaction, type UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { job } from '../domain/audit-event.ts';
import { dayInParis } from '../domain/calendar.ts';
import { Forbidden, NotFound } from '../domain/errors.ts';
import { type CancelFault, cancelFault, type PlannedKind, plannedDetails } from '../domain/planned-act.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { accountRepository, type NamedHolder } from '../repositories/accounts.ts';
import { deciderRepository } from '../repositories/deciders.ts';
import { nominationRepository } from '../repositories/nominations.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { enqueueMessages } from '../repositories/outbox.ts';
import { type PlannedAct, plannedActRepository } from '../repositories/planned-acts.ts';
import { acting } from '../security/acting.ts';
import { findBeyond } from '../security/acting-upon.ts';
import { judgeAccount, underLock } from './account-judging.ts';
import type { ServiceContext } from './context.ts';
import { delegationOf } from './delegations.ts';
import { depart } from './departing.ts';
import { nominateOnItsDay } from './nomination-doing.ts';
import { askerOf, endPlanned, subjectOf } from './planned-acts.ts';

/** An act that is due, with whom it is about, locked. */
interface Due<K extends PlannedKind = PlannedKind> {
  unit: UnitOfWork;
  act: PlannedAct & { kind: K };
  person: NamedHolder;
}

type Policy<K extends PlannedKind> = (due: Due<K>) => Promise<void>;

/** What the line of a nomination says once it is given up. */
const GIVEN_UP = 'Annulé dans «\u00a0Actes prévus\u00a0».';

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

    /** What giving up an act to come would meet; null for nothing. */
    foreseeFault: (actor: Actor, act: PlannedAct): Promise<CancelFault | null> =>
      faultOf({ db, now: clock.now() }, actor, act),

    /**
     * Gives up what is to come; why not, or null.
     * @throws NotFound for what is not, or no more, to come in the scope (P5).
     */
    cancel: (actor: Actor, scope: Scope, id: number): Promise<CancelFault | null> =>
      transaction(acting({ db, clock }, actor, scope), async (unit) => {
        const acts = plannedActRepository(unit.db);
        const found = await acts.findManaged(id, organismIdOf(scope));
        if (found?.accountId) await accountRepository(unit.db).lockOne(found.accountId, null);
        const act = found && (await acts.lock(id));
        if (!act) throw new NotFound('Cet acte n’est plus prévu\u00a0: il a été fait, ou annulé.');
        const fault = await faultOf(unit, actor, act);
        if (fault !== null) return fault;
        await acts.end(id, 'cancelled', unit.now);
        // The line of the file says so, and another file may ask for it again.
        if (act.kind === 'nomination')
          await nominationRepository(unit.db).giveUp(act.terms.lineId, GIVEN_UP, unit.now);
        const { kind, on } = plannedDetails(act);
        unit.record({ action: 'planned_act.cancelled', details: { kind, on }, ...subjectOf(act) });
        return null;
      }),
  };
}

async function faultOf(
  reading: Parameters<typeof findBeyond>[0],
  actor: Actor,
  act: PlannedAct,
): Promise<CancelFault | null> {
  const fault = cancelFault(actor, act);
  if (fault !== null || act.accountId === null) return fault;
  return (await findBeyond(reading, actor, [act.accountId])).has(act.accountId) ? 'beyond' : null;
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
