import type { Request, RequestHandler } from 'express';
import { dayInParis } from '../domain/clock.ts';
import { NATIONAL, organismIdOf, type Scope } from '../domain/scope.ts';
import { actorOf, managementCrumb, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { directoryFiltersInWords, NOBODY } from '../presenters/delegations.ts';
import { hrefOf } from '../presenters/href.ts';
import { listPage } from '../presenters/list-page.ts';
import {
  type DirectoryChoices,
  type DirectoryFilter,
  directoryList,
} from '../repositories/lists/directory.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { directoryCriteria } from '../schemas/delegations.ts';
import { type ListQuery, parseExportQuery, parseListQuery } from '../schemas/list-query.ts';
import type { AppContext } from './context.ts';
import { listExports } from './list-exports.ts';

const DEFAULTS = {
  ...{ q: '', branche: '', departement: '', sans: 'non', tri: 'organisme', sens: 'asc' },
  ...{ page: 1, taille: 10 },
};

type Values = ListQuery<ReturnType<typeof directoryCriteria>>['values'];

const criteriaOf = ({ branches, departments }: DirectoryChoices) =>
  directoryCriteria(
    branches,
    departments.map(({ code }) => code),
  );

/** Every organism for a local administrator, whichever is theirs (R72); what Ucanss chose for a national profile. */
const coverageOf = (req: Request): Scope => (actorOf(req).national === null ? NATIONAL : scopeOf(req));

const filterOf = (req: Request, { q, branche, departement, sans, tri, sens }: Values): DirectoryFilter => ({
  ...{ organismId: organismIdOf(coverageOf(req)), words: q, branch: branche, department: departement },
  ...{ without: sans === 'oui', sort: tri, direction: sens },
});

/** « Tous les administrateurs locaux » (R72), with its exports. */
export function delegationsDirectoryController(context: AppContext) {
  const { db, clock } = context;
  const list = directoryList(db);
  const today = () => dayInParis(clock.now());

  const index: RequestHandler = async (req, res) => {
    const scope = coverageOf(req);
    const national = actorOf(req).national !== null;
    const [choices, organisms] = await Promise.all([
      list.choices(today()),
      national ? organismRepository(db).all() : [],
    ]);
    const { values, faults } = parseListQuery(criteriaOf(choices), req.query);
    const result = await list.page(filterOf(req, values), {
      page: values.page,
      size: values.taille,
      today: today(),
    });
    const href = hrefOf(req);
    const { q, branche, departement, sans, tri, sens } = values;
    const exported = {
      ...{ q, branche, departement, tri, sens },
      sans: sans === 'oui' ? sans : null,
    };
    const page = listPage({ path: paths.delegations.all, values, defaults: DEFAULTS, href }, result);
    res.render('management/local-administrators/directory', {
      title: `Tous les administrateurs locaux, page ${values.page}`,
      breadcrumb: [
        managementCrumb(req),
        { label: 'Les administrateurs locaux', href: href(paths.delegations.index) },
        { label: 'Tous les administrateurs locaux', href: null },
      ],
      ...{ scope, organisms, values, choices, nobody: NOBODY },
      faults,
      list: page,
      lines: result.rows,
      withoutHref: page.hrefTo({ sans: 'oui', page: null }),
      exports: {
        workbook: href(`${paths.delegations.all}.xlsx`, exported),
        report: href(`${paths.delegations.all}.pdf`, exported),
        csv: href(`${paths.delegations.all}.csv`, exported),
      },
    });
  };

  const exports = listExports(context, async (req) => {
    const choices = await list.choices(today());
    const values = parseExportQuery(criteriaOf(choices), req.query, req.scopeFault);
    const filter = filterOf(req, values);
    const { q, branche, departement, sans } = values;
    return {
      subject: 'administrateurs-locaux',
      title: 'Tous les administrateurs locaux',
      scope: coverageOf(req),
      filters: directoryFiltersInWords(filter),
      criteria: { q, branche, departement, sans },
      list: { name: 'directory', filter },
    };
  });

  return { index, ...exports };
}
