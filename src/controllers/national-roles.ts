import type { RequestHandler } from 'express';
import { dayInParis } from '../domain/clock.ts';
import { mayAccess } from '../domain/permissions.ts';
import { NATIONAL } from '../domain/scope.ts';
import { actorOf, managementCrumb } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { hrefOf } from '../presenters/href.ts';
import { listPage } from '../presenters/list-page.ts';
import { showNationalRole } from '../presenters/national-roles.ts';
import { type AccountPage, accountList } from '../repositories/lists/accounts.ts';
import { type NationalRoleFilter, nationalRoleList } from '../repositories/lists/national-roles.ts';
import { nationalRoleRepository } from '../repositories/national-roles.ts';
import { hasTwoLetters } from '../schemas/accounts.ts';
import { type ListQuery, parseExportQuery, parseListQuery } from '../schemas/list-query.ts';
import { nationalCandidateCriteria, nationalRoleCriteria } from '../schemas/national-roles.ts';
import type { AppContext } from './context.ts';
import { listExports } from './list-exports.ts';

const DEFAULTS = { q: '', tri: 'nom', sens: 'asc', page: 1, taille: 10 };

const NOBODY: AccountPage = { rows: [], total: 0, atLeast: false };

const filterOf = ({
  q,
  tri,
  sens,
}: ListQuery<typeof nationalRoleCriteria>['values']): NationalRoleFilter => ({
  words: q,
  sort: tri,
  direction: sens,
});

/** « Profils nationaux » and « Donner un profil national » (P3b), with the exports of the list. */
export function nationalRolesController(context: AppContext) {
  const { db, clock, labels } = context;
  const list = nationalRoleList(db);
  const candidates = accountList(db);
  const today = () => dayInParis(clock.now());

  /** Who holds a national role, live. */
  const index: RequestHandler = async (req, res) => {
    const actor = actorOf(req);
    const { values, faults } = parseListQuery(nationalRoleCriteria, req.query);
    const window = { page: values.page, size: values.taille, today: today() };
    const result = await list.page(filterOf(values), window);
    const href = hrefOf(req);
    const page = listPage({ path: paths.nationalRoles.index, values, defaults: DEFAULTS, href }, result);
    const exported = { q: values.q, tri: values.tri, sens: values.sens };
    res.render('management/national-roles/index', {
      title: `Profils nationaux, page ${values.page}`,
      breadcrumb: [managementCrumb(req), { label: 'Profils nationaux', href: null }],
      ...{ values, mayAct: mayAccess('national-act', actor) },
      faults,
      newHref: href(paths.nationalRoles.new),
      ...{ list: page, here: page.hrefTo({}) },
      people: result.rows.map((row) => showNationalRole(row, { actor, href })),
      exports: {
        workbook: href(`${paths.nationalRoles.index}.xlsx`, exported),
        report: href(`${paths.nationalRoles.index}.pdf`, exported),
        csv: href(`${paths.nationalRoles.index}.csv`, exported),
      },
    });
  };

  /** Whom one can give a national role to: somebody whom one can name. */
  const create: RequestHandler = async (req, res) => {
    const actor = actorOf(req);
    const { values, faults } = parseListQuery(nationalCandidateCriteria, req.query);
    const named = hasTwoLetters(values.q);
    const set = await labels.current();
    const result = named
      ? await candidates.page(
          {
            ...{ organismId: null, lastName: '', firstName: '', words: values.q, role: null },
            ...{ active: true, executives: true, sort: values.tri, direction: values.sens },
          },
          { page: values.page, size: values.taille, today: today(), labels: set },
        )
      : NOBODY;
    const ids = result.rows.map(({ id }) => id);
    const held = await nationalRoleRepository(db).heldBy(ids, today());
    const href = hrefOf(req);
    const page = listPage({ path: paths.nationalRoles.new, values, defaults: DEFAULTS, href }, result);
    res.render('management/national-roles/new', {
      title: `Donner un profil national, page ${values.page}`,
      breadcrumb: [
        managementCrumb(req),
        { label: 'Profils nationaux', href: href(paths.nationalRoles.index) },
        { label: 'Donner un profil national', href: null },
      ],
      ...{ values, named, list: page, here: page.hrefTo({}) },
      faults,
      people: result.rows.map((person) => ({
        ...person,
        organism: set.organisms.get(person.organismId)?.name ?? '',
        held: held.get(person.id) ?? [],
        oneself: person.id === actor.id,
      })),
    });
  };

  const exports = listExports(context, async (req) => {
    const values = parseExportQuery(nationalRoleCriteria, req.query, req.scopeFault);
    return {
      subject: 'profils-nationaux',
      title: 'Profils nationaux',
      scope: NATIONAL,
      filters: values.q === '' ? [] : [`Rechercher\u00a0: «\u00a0${values.q}\u00a0»`],
      criteria: { q: values.q },
      list: { name: 'nationalRoles', filter: filterOf(values) },
    };
  });

  return { index, create, ...exports };
}
