import type { Request, RequestHandler } from 'express';
import { mayAccess } from '../domain/permissions.ts';
import { NATIONAL } from '../domain/scope.ts';
import { actorOf, managementCrumb } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { hrefOf } from '../presenters/href.ts';
import { listPage } from '../presenters/list-page.ts';
import {
  REQUEST_CHOICES,
  roleFiltersInWords,
  showRole,
  VALIDATION_CHOICES,
} from '../presenters/reference-data.ts';
import { type RoleFilter, roleList } from '../repositories/lists/roles.ts';
import { type ListQuery, parseExportQuery, parseListQuery } from '../schemas/list-query.ts';
import { roleCriteria } from '../schemas/reference-data.ts';
import type { AppContext } from './context.ts';
import { listExports } from './list-exports.ts';

const DEFAULTS = {
  ...{ q: '', validation: '', demande: '', etat: '', tri: 'theme', sens: 'asc' },
  ...{ page: 1, taille: 10 },
};

type Values = ListQuery<typeof roleCriteria>['values'];

const filterOf = ({ q, validation, demande, etat, tri, sens }: Values): RoleFilter => ({
  ...{ words: q, validator: validation, requestMode: demande, state: etat },
  ...{ sort: tri, direction: sens },
});

/** « Applications et rôles »: the catalogue as Ucanss keeps it, the same for everyone. */
export function rolesController(context: AppContext) {
  const list = roleList(context.db);

  const index: RequestHandler = async (req: Request, res) => {
    const { values, faults } = parseListQuery(roleCriteria, req.query);
    const result = await list.page(filterOf(values), { page: values.page, size: values.taille });
    const href = hrefOf(req);
    const { q, validation, demande, etat, tri, sens } = values;
    const exported = { q, validation, demande, etat, tri, sens };
    const page = listPage({ path: paths.roles.index, values, defaults: DEFAULTS, href }, result);
    const here = page.hrefTo({});
    res.render('management/reference-data/roles', {
      title: `Applications et rôles, page ${values.page}`,
      breadcrumb: [managementCrumb(req), { label: 'Applications et rôles', href: null }],
      ...{ values, list: page, here },
      lines: result.rows.map(showRole),
      validations: VALIDATION_CHOICES,
      requests: REQUEST_CHOICES,
      faults,
      mayAct: mayAccess('national-act', actorOf(req)),
      newHref: href(paths.roles.new, { retour: here }),
      newApplicationHref: href(paths.roles.newApplication, { retour: here }),
      exports: {
        workbook: href(paths.roles.workbook, exported),
        report: href(paths.roles.report, exported),
        csv: href(paths.roles.csv, exported),
      },
    });
  };

  const exports = listExports(context, async (req) => {
    const values = parseExportQuery(roleCriteria, req.query, req.scopeFault);
    const filter = filterOf(values);
    const { q, validation, demande, etat } = values;
    return {
      subject: 'applications-et-roles',
      title: 'Applications et rôles',
      scope: NATIONAL,
      filters: roleFiltersInWords(filter),
      criteria: { q, validation, demande, etat },
      list: { name: 'roles', filter },
    };
  });

  return { index, ...exports };
}
