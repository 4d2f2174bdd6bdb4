import { transaction, type UnitOfWork } from '../database/transaction.ts';
import { job } from '../domain/audit-event.ts';
import { addDays, dayInParis } from '../domain/calendar.ts';
import {
  closesOn,
  LAPSE_DAYS,
  LAPSE_NOTICE_DAYS,
  LAPSE_TOLD_DAYS,
  type RequestKind,
  requestLabel,
} from '../domain/request.ts';
import { accountRepository } from '../repositories/accounts.ts';
import { lapsingRequestRepository } from '../repositories/lapsing-requests.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { enqueueMessages } from '../repositories/outbox.ts';
import { requestRepository, type StoredRequest } from '../repositories/requests.ts';
import { type RoleDetails, roleRepository } from '../repositories/roles.ts';
import { subjectOf } from './accepting.ts';
import type { ServiceContext } from './context.ts';
import { recipientsOf } from './decision-notices.ts';
import { tellDeciders } from './request-notices.ts';

/** Requests that are told of, or closed, in one transaction. */
const BATCH = 200;

type Waiting = Awaited<ReturnType<ReturnType<typeof lapsingRequestRepository>['untold']>>;

/** A request of the night. An address has a time of its own (P11). */
type Lapsing = StoredRequest & { kind: Exclude<RequestKind, 'address'>; submittedAt: Date };

/** Requests that nobody decides (R80): told of, then closed, each once, whatever the number of processes. */
export function lapsingService({ db, clock }: ServiceContext) {
  const daysAgo = (days: number) => addDays(dayInParis(clock.now()), -days);
  const requests = lapsingRequestRepository(db);

  /** Does this to each request that is found, a batch a transaction; returns how many. */
  async function each(
    name: string,
    find: () => Promise<Waiting>,
    take: (unit: UnitOfWork, ids: readonly number[]) => Promise<number[]>,
    tell: (unit: UnitOfWork, request: Lapsing, role: RoleDetails | null) => Promise<void>,
  ): Promise<number> {
    for (let total = 0; ; ) {
      const found = await find();
      const done = await transaction({ db, clock, actor: job(name) }, async (unit) => {
        // People first and in order, as in any act on several.
        const people = found.flatMap(({ accountId }) => accountId ?? []);
        await accountRepository(unit.db).lockManaged(people, null);
        const locked = await lapsingRequestRepository(unit.db).lockWaiting(found.map(({ id }) => id));
        const taken = await take(unit, locked);
        for (const id of taken) {
          const request = (await requestRepository(unit.db).getManaged(id, null)) as Lapsing;
          await tell(
            unit,
            request,
            request.roleId === null ? null : await roleRepository(unit.db).get(request.roleId),
          );
        }
        return taken.length;
      });
      total += done;
      // None: another process has just done them.
      if (done === 0 || found.length < BATCH) return total;
    }
  }

  return {
    /** Tells of requests, once, that nobody has decided: who asked, whom they are for, and who can decide. */
    warn: (): Promise<number> =>
      each(
        'lapsing-notices',
        () => requests.untold(daysAgo(LAPSE_TOLD_DAYS), BATCH),
        (unit, ids) => lapsingRequestRepository(unit.db).markTold(ids, unit.now),
        async (unit, request, role) => {
          const closes = closesOn(request.submittedAt, dayInParis(unit.now));
          await tellAskers(unit, request, role, closes);
          await remindDeciders(unit, request, role, { closesOn: closes });
        },
      ),

    /** Tells Ucanss, once, of requests that nobody of the organism may decide any more (P1). */
    tellUcanss: (): Promise<number> =>
      each(
        'requests-without-decider',
        () => requests.withoutDecider(dayInParis(clock.now()), BATCH),
        (unit, ids) => lapsingRequestRepository(unit.db).markToldToUcanss(ids, unit.now),
        (unit, request, role) => remindDeciders(unit, request, role, {}),
      ),

    /** Closes requests that nobody has decided in time, once they were told of, and tells who asked and whom they are for. */
    close: (): Promise<number> =>
      each(
        'lapsed-requests',
        () => requests.due(daysAgo(LAPSE_DAYS), daysAgo(LAPSE_NOTICE_DAYS), BATCH),
        async (unit, ids) => {
          await lapsingRequestRepository(unit.db).close(ids, unit.now);
          return [...ids];
        },
        async (unit, request, role) => {
          unit.record({
            action: 'request.cancelled',
            details:
              request.kind === 'account'
                ? { cause: 'lapsed' }
                : { label: requestLabel(request.kind, role?.label), cause: 'lapsed' },
            ...subjectOf(request),
          });
          await tellAskers(unit, request, role, null);
        },
      ),
  };
}

/** Tells who asked, and whom it is for; `closes` is the day on which it is closed, null for now. */
async function tellAskers(
  unit: UnitOfWork,
  request: Lapsing,
  role: RoleDetails | null,
  closes: string | null,
): Promise<void> {
  const { kind, accountId, submittedAt } = request;
  const organism = await organismRepository(unit.db).get(request.organismId);
  const messages = (await recipientsOf(unit, request, 'refuse')).map(
    ({ email, firstName, lastName, requester, beneficiary }) => {
      const about = { to: email, requestId: request.id, ...(accountId === null ? {} : { accountId }) };
      const roleLabel = requestLabel(kind, role?.label);
      const asked = { kind, roleLabel, organismName: organism.name, submittedOn: dayInParis(submittedAt) };
      const values = { firstName, lastName, requester, beneficiary, ...asked };
      return closes === null
        ? ({ template: 'request-lapsed', ...about, values } as const)
        : ({ template: 'request-lapsing', ...about, values: { ...values, closesOn: closes } } as const);
    },
  );
  await enqueueMessages(unit, messages);
}

async function remindDeciders(
  unit: UnitOfWork,
  request: Lapsing,
  role: RoleDetails | null,
  more: { closesOn?: string },
): Promise<void> {
  const { requestedBy, accountId } = request;
  const forOther = requestedBy !== null && requestedBy !== accountId;
  const asker = forOther ? await accountRepository(unit.db).get(requestedBy) : null;
  const requester = asker ? { requester: `${asker.firstName} ${asker.lastName}` } : {};
  await tellDeciders(unit, { ...request, ...requester, ...more, role });
}
