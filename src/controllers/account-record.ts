import type { Request, RequestHandler } from 'express';
import type { Database } from '../database/knex.ts';
import { isBeyond, isClosedByUcanss } from '../domain/acting-upon.ts';
import { dayInParis } from '../domain/clock.ts';
import { canActInManagement } from '../domain/permissions.ts';
import { organismIdOf } from '../domain/scope.ts';
import { searchWords } from '../domain/search.ts';
import { actorOf, managementCrumb, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { BEYOND } from '../presenters/account-acts.ts';
import { batchHref } from '../presenters/batches.ts';
import { showPendingEmail } from '../presenters/email-changes.ts';
import { actsNamed, eventFilters, MOVEMENT_CHOICES } from '../presenters/event-filters.ts';
import { showEvent } from '../presenters/events.ts';
import { formatDateTime, fullName } from '../presenters/format.ts';
import { hrefOf } from '../presenters/href.ts';
import { listPage } from '../presenters/list-page.ts';
import { type Account, accountRepository } from '../repositories/accounts.ts';
import { readAccountRecord, rightsOf } from '../repositories/lists/account-record.ts';
import { type EventFilter, eventList } from '../repositories/lists/events.ts';
import { peopleNamed } from '../repositories/lists/named-people.ts';
import { requestRepository } from '../repositories/requests.ts';
import { historyCriteria } from '../schemas/history.ts';
import { type ListQuery, parseExportQuery, parseListQuery } from '../schemas/list-query.ts';
import type { AppContext } from './context.ts';
import { idOf } from './identifiers.ts';
import { listExports } from './list-exports.ts';

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
      events.page(await filterOf(db, account, FILTERS), { page: 1, size: LATEST }),
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

  const history: RequestHandler = async (req, res) => {
    const account = await accountRepository(db).getManaged(idOf(req), organismIdOf(scopeOf(req)));
    const { values, faults } = parseListQuery(historyCriteria, req.query);
    const path = paths.accounts.history({ id: account.id });
    const href = hrefOf(req);
    const filter = await filterOf(db, account, values);
    const result = await events.page(filter, { page: values.page, size: values.taille });
    const { q, sens, acte, du, au } = values;
    const exported = { q, acte, du, au, sens };
    res.render('management/accounts/history', {
      title: `Historique du compte de ${fullName(account)}, page ${values.page}`,
      breadcrumb: accountTrail(req, account, 'Historique du compte'),
      account,
      values,
      faults,
      choices: MOVEMENT_CHOICES,
      list: listPage({ path, values, defaults: DEFAULTS, href }, result),
      events: result.rows.map(showEvent).map((event) => ({
        ...event,
        batchHref: batchHref(event, scopeOf(req), href),
      })),
      exports: {
        workbook: href(`${path}.xlsx`, exported),
        report: href(`${path}.pdf`, exported),
        csv: href(`${path}.csv`, exported),
      },
    });
  };

  const exports = listExports(context, async (req) => {
    const account = await accountRepository(db).getManaged(idOf(req), organismIdOf(scopeOf(req)));
    const values = parseExportQuery(historyCriteria, req.query, req.scopeFault);
    return {
      subject: 'historique-du-compte',
      title: `Historique du compte de ${fullName(account)}`,
      filters: [`Compte\u00a0: ${fullName(account)} (${account.email})`, ...eventFilters(values)],
      criteria: {
        ...{ compte: String(account.id), q: values.q, acte: values.acte },
        ...{ du: values.du ?? '', au: values.au ?? '' },
      },
      list: { name: 'movements', filter: await filterOf(db, account, values) },
    };
  });

  return { show, history, ...exports };
}

const FILTERS = { q: '', acte: '', du: null, au: null, sens: 'desc' } as const;
const DEFAULTS = { ...FILTERS, tri: 'date', page: 1, taille: 25 };

// « Rattachement … à …, venant de … » tells the departure too, that the journal of the organism left has for itself.
const TOLD_TWICE = ['account.left'];

async function filterOf(
  db: Database,
  account: Account,
  { q, acte, du, au, sens }: Pick<ListQuery<typeof historyCriteria>['values'], keyof typeof FILTERS>,
): Promise<EventFilter> {
  const words = searchWords(q);
  const searched =
    words.length === 0
      ? null
      : await peopleNamed(db, words, { organismId: account.organismId, accountId: account.id });
  return {
    named: searched && { peopleIds: searched.ids, actions: actsNamed(q) },
    direction: sens,
    subjectIds: [account.id],
    requestIds: await requestRepository(db).madeAccount(account.id),
    organismId: null,
    actorIds: null,
    actions: acte === '' ? [] : [acte],
    except: TOLD_TWICE,
    from: du,
    to: au,
  };
}
