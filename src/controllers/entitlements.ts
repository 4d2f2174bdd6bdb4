import type { Request, RequestHandler } from 'express';
import { dayInParis } from '../domain/clock.ts';
import { organismIdOf } from '../domain/scope.ts';
import { actorOf, managementCrumb, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { filtersInWords, showPerson } from '../presenters/entitlements.ts';
import { hrefOf } from '../presenters/href.ts';
import { listPage } from '../presenters/list-page.ts';
import { type EntitlementFilter, entitlementList } from '../repositories/lists/entitlements.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { entitlementCriteria } from '../schemas/entitlements.ts';
import { parseExportQuery, parseListQuery } from '../schemas/list-query.ts';
import type { AppContext } from './context.ts';
import { listExports } from './list-exports.ts';

const DEFAULTS = { q: '', nom: '', tri: 'nom', sens: 'asc', page: 1, taille: 10 };

type Values = ReturnType<typeof parseListQuery<typeof entitlementCriteria>>['values'];

/** The filter of the read model for what was asked on this page. */
function entitlementFilter(req: Request, values: Values): EntitlementFilter {
  return {
    organismId: organismIdOf(scopeOf(req)),
    name: values.nom,
    words: values.q,
    sort: values.tri,
    direction: values.sens,
  };
}

/** « État des habilitations » (R7-R14). */
export function entitlementsController(context: AppContext) {
  const { db, clock, labels } = context;
  const list = entitlementList(db, labels);

  const index: RequestHandler = async (req, res) => {
    const scope = scopeOf(req);
    const { values, faults } = parseListQuery(entitlementCriteria, req.query);
    const national = actorOf(req).national !== null;
    const [result, set, organisms] = await Promise.all([
      list.page(entitlementFilter(req, values), {
        page: values.page,
        size: values.taille,
        today: dayInParis(clock.now()),
      }),
      labels.current(),
      national ? organismRepository(db).all() : [],
    ]);
    const href = hrefOf(req);
    const page = listPage({ path: paths.entitlements.index, values, defaults: DEFAULTS, href }, result);
    const exported = { nom: values.nom, q: values.q, tri: values.tri, sens: values.sens };
    res.render('management/entitlements/index', {
      title: `État des habilitations, page ${values.page}`,
      breadcrumb: [managementCrumb(req), { label: 'État des habilitations', href: null }],
      scope,
      national,
      organisms,
      values,
      faults,
      list: page,
      people: result.rows.map((person) => showPerson(person, set)),
      exports: {
        workbook: href(paths.entitlements.workbook, exported),
        report: href(paths.entitlements.report, exported),
        csv: href(paths.entitlements.csv, exported),
      },
    });
  };

  return { index, ...entitlementExports(context) };
}

/** The files of « État des habilitations » (R12, R13): two sheets, « Personnes » and « Habilitations ». */
function entitlementExports(context: AppContext) {
  return listExports(context, async (req) => {
    const values = parseExportQuery(entitlementCriteria, req.query, req.scopeFault);
    return {
      subject: 'etat-des-habilitations',
      title: 'État des habilitations',
      filters: filtersInWords(values),
      criteria: { nom: values.nom, q: values.q },
      list: { name: 'entitlements', filter: entitlementFilter(req, values) },
    };
  });
}
