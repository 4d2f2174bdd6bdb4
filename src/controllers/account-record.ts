import type { Request, RequestHandler } from 'express';
import { judgeAccountAct } from '../domain/account-acts.ts';
import { isBeyond, isClosedByUcanss, type PersonRights } from '../domain/acting-upon.ts';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import { isTrusted } from '../domain/factor-reset.ts';
import { mayActIn } from '../domain/permissions.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { latestActsOn } from '../lists/account-events.ts';
import { hrefOf } from '../middlewares/href.ts';
import { actorOf, managementCrumb, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { showAccess } from '../presenters/account-access.ts';
import { accountFaultSentence, BEYOND } from '../presenters/account-acts.ts';
import { showPendingEmail } from '../presenters/email-changes.ts';
import { showEvent } from '../presenters/events.ts';
import { formatDateTime, fullName } from '../presenters/format.ts';
import { showPlanned } from '../presenters/planned-acts.ts';
import { type Account, accountRepository } from '../repositories/accounts.ts';
import { readAccountAccess } from '../repositories/lists/account-access.ts';
import { readAccountRecord, rightsOf } from '../repositories/lists/account-record.ts';
import { eventList } from '../repositories/lists/events.ts';
import { plannedActList } from '../repositories/lists/planned-acts.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';

const LATEST = 8;
const PLANNED = { direction: 'asc' } as const;
const FIRST = { page: 1, size: 10 };

/** The way to an account's page and its parts, in the breadcrumb. */
export function accountBreadcrumb(req: Request, account: Account, last: string | null) {
  const href = hrefOf(req);
  const here = { label: fullName(account), href: href(paths.accounts.show({ id: account.id })) };
  return [
    managementCrumb(req),
    { label: 'Gestion des comptes', href: href(paths.accounts.index) },
    ...(last === null ? [{ ...here, href: null }] : [here, { label: last, href: null }]),
  ];
}

/** The account page, and « Historique du compte » (R38, R39, R64). */
export function accountRecordController(context: AppContext) {
  const { db, clock, services } = context;
  const events = eventList(db);

  /** What the page shows of an account beside itself. */
  async function read(account: Account, organismId: number | null) {
    const now = clock.now();
    const [record, latest, pending, access, limit, planned] = await Promise.all([
      readAccountRecord(db, account.id, dayInParis(now)),
      events.page(await latestActsOn(context, account), { page: 1, size: LATEST }),
      services.emailChange.findPending(account.id),
      readAccountAccess(db, account.id, now),
      services.signIn.limitOf(account.email),
      plannedActList(db).page({ ...PLANNED, organismId, accountId: account.id }, FIRST),
    ]);
    return {
      record,
      latest,
      pending,
      planned: planned.rows,
      access: account.active ? showAccess(access, limit, now) : null,
    };
  }

  const show: RequestHandler = async (req, res) => {
    const account = await accountRepository(db).getManaged(idOf(req), organismIdOf(scopeOf(req)));
    const { access, pending, latest, record, planned } = await read(account, organismIdOf(scopeOf(req)));
    res.render('management/accounts/show', {
      title: fullName(account),
      breadcrumb: accountBreadcrumb(req, account, null),
      account,
      ...record,
      access,
      planned: planned.map((act) => showPlanned(act, actorOf(req))),
      pendingEmail: pending ? showPendingEmail(pending) : null,
      movements: latest.rows
        .map(showEvent)
        .map((event) => ({ ...event, date: formatDateTime(event.occurredAt) })),
      ...actsOn(actorOf(req), scopeOf(req), account, {
        rights: rightsOf(account.id, record.assignments),
        // One that waits is given up whatever is left of what it was to end.
        hasFactor: access !== null && (access.hasFactor || access.reset !== null),
        trustedLately: access?.trustedLately === true,
      }),
    });
  };

  return { show };
}

/** What there is to press: nothing on one's own page (P1), and of somebody beyond, ordinary rights alone (P9). */
function actsOn(
  actor: Actor,
  scope: Scope,
  account: Account,
  { rights, hasFactor, trustedLately }: { rights: PersonRights; hasFactor: boolean; trustedLately: boolean },
) {
  const isOneself = actor.id === account.id;
  const mayAct = mayActIn(actor, scope) && !isOneself;
  const beyond = isBeyond(actor, rights) || isClosedByUcanss(actor, account);
  const act = account.active ? 'deactivate' : 'reactivate';
  const fault = judgeAccountAct(act, { actor, person: account, beyond });
  const lock = mayAct && fault === 'beyond' ? `${BEYOND}.` : null;
  const situation = {
    actor,
    person: account,
    beyond,
    trusted: trustedLately || isTrusted(rights),
    hasFactor,
  };
  const kept = judgeAccountAct('resetFactor', situation);
  return {
    isOneself,
    mayAct,
    mayActUpon: mayAct && fault === null,
    mayResetFactor: kept === null,
    factorLock:
      mayAct && hasFactor && kept === 'trusted' ? accountFaultSentence(kept, fullName(account), []) : null,
    lock,
  };
}
