import type { RequestHandler } from 'express';
import { mayAccess } from '../domain/permissions.ts';
import { NATIONAL } from '../domain/scope.ts';
import { actorOf, managementCrumb, perimeterOf } from '../middlewares/request.ts';
import { listPage } from '../presenters/list-page.ts';
import { organismFiltersInWords, showOrganism } from '../presenters/reference-data.ts';
import { type OrganismFilter, organismList } from '../repositories/lists/organisms.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { paths, withQuery } from '../routes/paths.ts';
import { type ListQuery, parseExportQuery, parseListQuery } from '../schemas/list-query.ts';
import { organismCriteria } from '../schemas/reference-data.ts';
import type { AppContext } from './context.ts';
import { listExports } from './list-exports.ts';

const DEFAULTS = {
  ...{ q: '', branche: '', etat: '', tri: 'nom', sens: 'asc', page: 1, taille: 10, perimetre: 'tous' },
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
    const perimetre = perimeterOf(req);
    const { q, branche, etat, tri, sens } = values;
    const exported = { q, branche, etat, tri, sens, perimetre };
    const page = listPage({ path: paths.organisms.index, values, defaults: DEFAULTS, perimetre }, result);
    const toForm = { perimetre, retour: page.hrefTo({}) };
    res.render('management/reference-data/organisms', {
      title: `Organismes, page ${values.page}`,
      breadcrumb: [managementCrumb(req), { label: 'Organismes', href: null }],
      ...{ values, perimetre, branches, list: page },
      lines: result.rows.map(showOrganism),
      faults,
      mayAct: mayAccess('national-act', actorOf(req)),
      formQuery: withQuery('', toForm),
      newHref: withQuery(paths.organisms.new, toForm),
      exports: {
        workbook: withQuery(paths.organisms.workbook, exported),
        report: withQuery(paths.organisms.report, exported),
        csv: withQuery(paths.organisms.csv, exported),
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
