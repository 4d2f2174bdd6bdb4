import type { RequestHandler } from 'express';
import { mayAccess } from '../domain/permissions.ts';
import { NATIONAL } from '../domain/scope.ts';
import { actorOf, managementCrumb } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { hrefOf } from '../presenters/href.ts';
import { listPage } from '../presenters/list-page.ts';
import { organismFiltersInWords, showOrganism } from '../presenters/reference-data.ts';
import { type OrganismFilter, organismList } from '../repositories/lists/organisms.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { type ListQuery, parseExportQuery, parseListQuery } from '../schemas/list-query.ts';
import { organismCriteria } from '../schemas/reference-data.ts';
import type { AppContext } from './context.ts';
import { listExports } from './list-exports.ts';

const DEFAULTS = {
  ...{ q: '', branche: '', etat: '', tri: 'nom', sens: 'asc', page: 1, taille: 10 },
};

type Values = ListQuery<ReturnType<typeof organismCriteria>>['values'];

const filterOf = ({ q, branche, etat, tri, sens }: Values): OrganismFilter => ({
  ...{ words: q, branch: branche, state: etat, sort: tri, direction: sens },
});

/** « Organismes »: all of them, closed ones too, the same for everyone. */
export function organismsController(context: AppContext) {
  const list = organismList(context.db);
  const organisms = organismRepository(context.db);

  const index: RequestHandler = async (req, res) => {
    const branches = await organisms.branches();
    const { values, faults } = parseListQuery(organismCriteria(branches), req.query);
    const result = await list.page(filterOf(values), { page: values.page, size: values.taille });
    const href = hrefOf(req);
    const { q, branche, etat, tri, sens } = values;
    const exported = { q, branche, etat, tri, sens };
    const page = listPage({ path: paths.organisms.index, values, defaults: DEFAULTS, href }, result);
    const here = page.hrefTo({});
    res.render('management/reference-data/organisms', {
      title: `Organismes, page ${values.page}`,
      breadcrumb: [managementCrumb(req), { label: 'Organismes', href: null }],
      ...{ values, branches, list: page, here },
      lines: result.rows.map(showOrganism),
      faults,
      mayAct: mayAccess('national-act', actorOf(req)),
      newHref: href(paths.organisms.new, { retour: here }),
      exports: {
        workbook: href(paths.organisms.workbook, exported),
        report: href(paths.organisms.report, exported),
        csv: href(paths.organisms.csv, exported),
      },
    });
  };

  const exports = listExports(context, async (req) => {
    const values = parseExportQuery(organismCriteria(await organisms.branches()), req.query, req.scopeFault);
    const filter = filterOf(values);
    const { q, branche, etat } = values;
    return {
      subject: 'organismes',
      title: 'Organismes',
      scope: NATIONAL,
      filters: organismFiltersInWords(filter),
      criteria: { q, branche, etat },
      list: { name: 'organisms', filter },
    };
  });

  return { index, ...exports };
}
