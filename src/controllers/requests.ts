import type { Request, RequestHandler } from 'express';
import { dayInParis } from '../domain/clock.ts';
import { organismIdOf } from '../domain/scope.ts';
import { actorOf, managementCrumb, passedOn, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { hrefOf } from '../presenters/href.ts';
import { listPage } from '../presenters/list-page.ts';
import { REQUEST_LISTS, requestFiltersInWords, showRequest } from '../presenters/requests.ts';
import { type ListedStatus, type RequestFilter, requestList } from '../repositories/lists/requests.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { roleRepository } from '../repositories/roles.ts';
import { type ListQuery, parseExportQuery, parseListQuery } from '../schemas/list-query.ts';
import { decidedCriteria, pendingCriteria } from '../schemas/requests.ts';
import type { AppContext } from './context.ts';
import { listExports } from './list-exports.ts';

const criteriaOf = (status: ListedStatus) => (status === 'pending' ? pendingCriteria : decidedCriteria);

const defaultsOf = (status: ListedStatus) => ({
  ...{ q: '', tri: 'date', page: 1, taille: 10 },
  sens: status === 'pending' ? 'asc' : 'desc',
});

const filterOf = (
  req: Request,
  status: ListedStatus,
  { q, tri, sens }: ListQuery<typeof pendingCriteria>['values'],
): RequestFilter => ({
  status,
  organismId: organismIdOf(scopeOf(req)),
  words: q,
  sort: tri,
  direction: sens,
});

/** « Demandes d'habilitations : En cours », « Accepté », « Refus » (R15-R26), with their exports. */
export function requestsController(context: AppContext) {
  return {
    /** « Demandes d'habilitations » opens on what is to be done. */
    home: ((req, res) => {
      res.redirect(302, passedOn(req, paths.requests.pending));
    }) satisfies RequestHandler,
    pending: oneList(context, 'pending'),
    accepted: oneList(context, 'accepted'),
    refused: oneList(context, 'refused'),
  };
}

function oneList(context: AppContext, status: ListedStatus) {
  const { db, clock, labels } = context;
  const list = requestList(db, labels);
  const path = paths.requests[status];
  const today = () => dayInParis(clock.now());

  const index: RequestHandler = async (req, res) => {
    const scope = scopeOf(req);
    const actor = actorOf(req);
    const { values, faults } = parseListQuery(criteriaOf(status), req.query);
    const national = actor.national !== null;
    const [result, set, roles, organisms] = await Promise.all([
      list.page(filterOf(req, status, values), { page: values.page, size: values.taille, today: today() }),
      labels.current(),
      roleRepository(db).all(),
      national ? organismRepository(db).all() : [],
    ]);
    const href = hrefOf(req);
    const page = listPage({ path, values, defaults: defaultsOf(status), href }, result);
    const roleOf = (id: number | null) => roles.find((role) => role.id === id) ?? null;
    const exported = { q: values.q, tri: values.tri, sens: values.sens };
    const { name, none } = REQUEST_LISTS[status];
    res.render('management/requests/index', {
      title: `Demandes d'habilitations : ${name}, page ${values.page}`,
      breadcrumb: [
        managementCrumb(req),
        { label: "Demandes d'habilitations", href: href(paths.requests.pending) },
        { label: name, href: null },
      ],
      ...{ scope, organisms, values, status, name, none, path },
      faults,
      list: page,
      here: page.hrefTo({}),
      requests: result.rows.map((row) => showRequest(row, { actor, scope, href }, set, roleOf)),
      lastDecision: result.total === 0 ? await list.lastDecision(organismIdOf(scope)) : null,
      exports: {
        workbook: href(`${path}.xlsx`, exported),
        report: href(`${path}.pdf`, exported),
        csv: href(`${path}.csv`, exported),
      },
    });
  };

  const exports = listExports(context, async (req) => {
    const values = parseExportQuery(criteriaOf(status), req.query, req.scopeFault);
    const { subject, name } = REQUEST_LISTS[status];
    return {
      subject,
      title: `Demandes d'habilitations : ${name}`,
      filters: requestFiltersInWords(values.q),
      criteria: { q: values.q },
      list: { name: 'requests', filter: filterOf(req, status, values) },
    };
  });

  return { index, ...exports };
}
