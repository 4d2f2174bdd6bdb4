import type { Request, RequestHandler } from 'express';
import { isBeyond, isClosedByUcanss } from '../domain/acting-upon.ts';
import { dayInParis } from '../domain/calendar.ts';
import { canActInManagement } from '../domain/permissions.ts';
import { organismIdOf } from '../domain/scope.ts';
import { history as movements, movementsOf } from '../lists/history.ts';
import { actorOf, managementCrumb, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { BEYOND } from '../presenters/account-acts.ts';
import { showPendingEmail } from '../presenters/email-changes.ts';
import { showEvent } from '../presenters/events.ts';
import { formatDateTime, fullName } from '../presenters/format.ts';
import { hrefOf } from '../presenters/href.ts';
import { type Account, accountRepository } from '../repositories/accounts.ts';
import { readAccountRecord, rightsOf } from '../repositories/lists/account-record.ts';
import { eventList } from '../repositories/lists/events.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';
import { listController } from './lists.ts';

const LATEST = 8;

/** The way to an account's page and its parts, in the breadcrumb. */
export function accountTrail(req: Request, account: Account, last: string | null) {
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

  const show: RequestHandler = async (req, res) => {
    const account = await accountRepository(db).getManaged(idOf(req), organismIdOf(scopeOf(req)));
    const actor = actorOf(req);
    const [record, latest, pending] = await Promise.all([
      readAccountRecord(db, account.id, dayInParis(clock.now())),
      events.page(await movementsOf(db, account), { page: 1, size: LATEST }),
      services.emailChange.findPending(account.id),
    ]);
    // P1: on one's own page there is nothing to press.
    const mayAct = canActInManagement(actor) && actor.id !== account.id;
    const beyond = isBeyond(actor, rightsOf(account.id, record.rights)) || isClosedByUcanss(actor, account);
    res.render('management/accounts/show', {
      title: fullName(account),
      breadcrumb: accountTrail(req, account, null),
      account,
      ...record,
      pendingEmail: pending ? showPendingEmail(pending) : null,
      movements: latest.rows
        .map(showEvent)
        .map((event) => ({ ...event, date: formatDateTime(event.occurredAt) })),
      mayAct,
      // Rights go on being given and taken away; who the person is and their access do not change (P9).
      mayActUpon: mayAct && !beyond,
      lock: mayAct && beyond ? `${BEYOND}.` : null,
      isOneself: actor.id === account.id,
    });
  };

  const { index: history, ...files } = listController(context, movements);

  return { show, history, ...files };
}
