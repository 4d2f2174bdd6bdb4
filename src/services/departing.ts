import type { Database } from '../database/knex.ts';
import { transaction, type UnitOfWork, withinBatch } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import { holdsOn } from '../domain/assignment.ts';
import { dayInParis } from '../domain/calendar.ts';
import type { DepartureTerms } from '../domain/departure.ts';
import { cancelFault } from '../domain/planned-act.ts';
import { decisionRefusal } from '../domain/request.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { type Account, accountRepository, type NamedHolder } from '../repositories/accounts.ts';
import { assignmentRepository } from '../repositories/assignments.ts';
import { batchRepository } from '../repositories/batches.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { messagesWritten } from '../repositories/outbox.ts';
import { type PlannedAct, plannedActRepository } from '../repositories/planned-acts.ts';
import { requestRepository } from '../repositories/requests.ts';
import { roleRequestRepository } from '../repositories/role-requests.ts';
import { roleRepository } from '../repositories/roles.ts';
import { acting } from '../security/acting.ts';
import { asItStands, type JudgedAccount, judgeAccount, underLock } from './account-judging.ts';
import { type AccountOutcome, closeAccounts } from './accounts.ts';
import { assigning } from './assigning.ts';
import type { ServiceContext } from './context.ts';
import { decideWithin } from './deciding.ts';
import { plan } from './planned-acts.ts';

/** What a departure comes to; `on` is the day to come on which it is done, null for one that is done. */
type DepartureOutcome =
  | { kind: 'done'; person: NamedHolder; departed: Departed }
  | { kind: 'planned'; person: NamedHolder; on: string }
  | Extract<AccountOutcome, { kind: 'refused' }>;

/** What a departure would take, as things stand. */
export interface ForeseenDeparture extends JudgedAccount {
  /** Rights that would end where one wants it, by name; delegations end anyway. */
  rights: string[];
  /** Organisms that the person administers. */
  delegations: string[];
  /** Requests that would be refused where one wants it, and those that this actor may not decide. */
  requests: number;
  others: number;
  /** The departure that is planned already, its day, and whether this actor may change it (P9); null for none. */
  planned: { on: string; terms: DepartureTerms; isKept: boolean } | null;
}

type Order = DepartureTerms & {
  accountId: number;
  /** The day in Paris on which it is done; null for now. */
  on: string | null;
};

/** « Départ » (R76): the access, the delegation, the rights and the requests of a person, as one act. */
export function departingService({ db, clock }: ServiceContext) {
  return {
    /** What the page before says: nothing is written, and it is judged anew when it is done. */
    async foresee(actor: Actor, account: Account): Promise<ForeseenDeparture> {
      const today = dayInParis(clock.now());
      const judged = await judgeAccount(asItStands(db, clock.now()), actor, 'deactivate', account);
      const held = await heldOf(db, account.id, today);
      const pending = await roleRequestRepository(db).pendingOf(account.id);
      const decided = await Promise.all(pending.map((id) => mayDecide(db, actor, id)));
      const planned = await plannedActRepository(db).findOf('departure', account.id, account.organismId);
      return {
        ...judged,
        ...held,
        requests: decided.filter(Boolean).length,
        others: decided.filter((may) => !may).length,
        planned: planned?.kind === 'departure' ? plannedOf(actor, planned) : null,
      };
    },

    /**
     * Does it, or keeps it for its day; the day of today is now.
     * @throws NotFound for an account outside the scope.
     */
    depart: (actor: Actor, scope: Scope, { accountId, on, ...terms }: Order): Promise<DepartureOutcome> =>
      transaction(acting({ db, clock }, actor, scope), async (unit) => {
        const person = await accountRepository(unit.db).lockOne(accountId, organismIdOf(scope));
        const { fault, left } = await judgeAccount(underLock(unit), actor, 'deactivate', person);
        if (fault !== null) return { kind: 'refused', fault, person, organisms: left };
        if (on === null || on <= dayInParis(unit.now))
          return { kind: 'done', person, departed: await depart(unit, actor, person, terms) };
        const { organismId } = person;
        await plan(unit, actor, { kind: 'departure', effectiveOn: on, accountId, organismId, terms });
        return { kind: 'planned', person, on };
      }),
  };
}

const plannedOf = (actor: Actor, act: PlannedAct & { kind: 'departure' }) => ({
  on: act.effectiveOn,
  terms: act.terms,
  isKept: cancelFault(actor, act) !== null,
});

/** What somebody holds today (P8): ordinary and national rights by name, and the organisms that they administer. */
async function heldOf(db: Database, accountId: number, today: string) {
  const live = (await assignmentRepository(db).liveOf(accountId)).filter(({ endsOn }) =>
    holdsOn(endsOn, today),
  );
  const organisms = live.flatMap(({ organismId }) => organismId ?? []);
  const rights = live.filter(({ organismId }) => organismId === null).map(({ roleId }) => roleId);
  const labels = [...(await roleRepository(db).ofEach(rights)).values()].map(({ label }) => label);
  const names = organisms.map(async (id) => (await organismRepository(db).get(id)).name);
  return { rights: inOrder(labels), delegations: inOrder(await Promise.all(names)) };
}

const inOrder = (names: readonly string[]): string[] =>
  names.toSorted((one, other) => one.localeCompare(other, 'fr'));

async function mayDecide(db: Database, actor: Actor, requestId: number): Promise<boolean> {
  const request = await requestRepository(db).getManaged(requestId, null);
  const role = request.roleId === null ? null : await roleRepository(db).get(request.roleId);
  return decisionRefusal(actor, request, role) === null;
}

/** What was done of a departure. */
interface Departed {
  batchId: number;
  rights: number;
  requests: number;
}

/**
 * Does the departure of a person who is locked, and whom the actor may deactivate, within a use case: one batch, whose
 * line says it.
 */
export async function depart(
  unit: UnitOfWork,
  actor: Actor,
  person: NamedHolder,
  { reason, ...wanted }: DepartureTerms,
): Promise<Departed> {
  const batches = batchRepository(unit.db);
  const { organismId, id } = person;
  const draft = { kind: 'depart', roleId: null, organismId, selectedIds: [id] } as const;
  const batchId = await batches.draft({ ...draft, createdBy: actor.id, createdAt: unit.now });
  const part = withinBatch(unit, batchId);
  const requests = wanted.requests ? await refusePending(part, actor, person, reason) : 0;
  const rights = await endRights(part, actor, person, { reason, all: wanted.rights });
  await closeAccounts(part, actor, [person], { reason });
  await batches.addLines(batchId, new Map([[id, 'departed']]));
  const counts = { changed: 1, requested: 0, skipped: 0 };
  const messages = messagesWritten(unit.db);
  await batches.finish({ id: batchId, kind: 'depart' }, { reason, at: unit.now, counts, messages });
  return { batchId, rights, requests };
}

/** Ends the delegations of a person, and every other right where that is wanted (P7). Returns how many rights ended. */
async function endRights(
  unit: UnitOfWork,
  actor: Actor,
  person: NamedHolder,
  { all, reason }: { all: boolean; reason: string },
): Promise<number> {
  const live = await assignmentRepository(unit.db).liveOf(person.id);
  let ended = 0;
  for (const { roleId, organismId } of live) {
    if (!all && organismId === null) continue;
    const role = await roleRepository(unit.db).get(roleId);
    const organism =
      organismId === null ? {} : { organism: await organismRepository(unit.db).get(organismId) };
    ended += (await assigning(unit, actor, { role, ...organism }, [person]).remove({ reason })).size;
  }
  return ended;
}

/** Refuses what was asked for the person, as far as the actor decides it (P1, P3). Returns how many. */
async function refusePending(
  unit: UnitOfWork,
  actor: Actor,
  { id, organismId }: NamedHolder,
  reason: string,
): Promise<number> {
  const organism = await organismRepository(unit.db).get(organismId);
  const scope = { kind: 'organism', organism } as const;
  let refused = 0;
  for (const requestId of await roleRequestRepository(unit.db).pendingOf(id)) {
    const decided = await decideWithin(unit, actor, scope, requestId, { act: 'refuse', reason });
    if (decided.kind === 'decided') refused += 1;
  }
  return refused;
}
