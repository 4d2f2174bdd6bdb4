import type { RequestHandler } from 'express';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import { canActInManagement } from '../domain/permissions.ts';
import { isGrantable } from '../domain/role.ts';
import { organismIdOf, type Scope } from '../domain/scope.ts';
import { actorOf, managementCrumb, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import { filterSentence, roleOptions, showAccount } from '../presenters/accounts.ts';
import { hrefOf } from '../presenters/href.ts';
import { listPage } from '../presenters/list-page.ts';
import { type AccountFilter, type AccountPage, accountList } from '../repositories/lists/accounts.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { type RoleDetails, roleRepository } from '../repositories/roles.ts';
import { accountCriteria, hasTwoLetters, type SelectionValues } from '../schemas/accounts.ts';
import { type ListQuery, parseListQuery } from '../schemas/list-query.ts';
import type { AppContext } from './context.ts';

/** The initial values (R27). */
const DEFAULTS = {
  ...{ nom: '', prenom: '', q: '', role: '', ayant: 'oui', organisme: 'oui', compte: 'actif', add: 'oui' },
  ...{ tri: 'nom', sens: 'asc', page: 1, taille: 10 },
};

type Values = ListQuery<ReturnType<typeof accountCriteria>>['values'];

/** What is shown: people, or what is missing before anybody of another organism can be looked for. */
type View = 'people' | 'needs-organism' | 'needs-name';

const NO_PAGE: AccountPage = { rows: [], total: 0, atLeast: false };

/** The filter of the read model, whatever the organism. */
export const filterOf = (
  values: SelectionValues,
  role: RoleDetails | null,
): Omit<AccountFilter, 'organismId'> => ({
  lastName: values.nom,
  firstName: values.prenom,
  words: values.q,
  role: role && { id: role.id, held: values.ayant === 'oui' },
  active: values.compte === 'actif',
  executives: values.add === 'oui',
});

/** « Gestion des comptes » (R27-R46, R57, R58). */
export function accountsController(context: AppContext) {
  const { db, clock, labels, services } = context;
  const list = accountList(db);

  async function read(actor: Actor, scope: Scope, values: Values, role: RoleDetails | null) {
    const order = { sort: values.tri, direction: values.sens };
    if (values.organisme === 'oui') {
      const filter = { ...filterOf(values, role), ...order, organismId: organismIdOf(scope) };
      const window = { page: values.page, size: values.taille, today: dayInParis(clock.now()) };
      const result = await list.page(filter, { ...window, labels: await labels.current() });
      return { view: 'people' as View, result };
    }
    if (scope.kind !== 'organism') return { view: 'needs-organism' as View, result: NO_PAGE };
    if (!hasTwoLetters(values.nom) && !hasTwoLetters(values.prenom)) {
      return { view: 'needs-name' as View, result: NO_PAGE };
    }
    const { role: _unused, ...filter } = filterOf(values, null);
    const result = await services.outside.search(actor, {
      ...filter,
      ...order,
      organismId: scope.organism.id,
    });
    return { view: 'people' as View, result };
  }

  const index: RequestHandler = async (req, res) => {
    const scope = scopeOf(req);
    const actor = actorOf(req);
    const national = actor.national !== null;
    const roles = (await roleRepository(db).all()).filter(isGrantable);
    const { values, faults } = parseListQuery(accountCriteria(roles), req.query);
    const role = roles.find(({ code }) => code === values.role) ?? null;
    const outside = values.organisme === 'non';
    const [{ view, result }, set, organisms] = await Promise.all([
      read(actor, scope, values, role),
      labels.current(),
      national ? organismRepository(db).all() : [],
    ]);
    const href = hrefOf(req);
    const page = listPage({ path: paths.accounts.index, values, defaults: DEFAULTS, href }, result);
    res.render('management/accounts/index', {
      title: `Gestion des comptes, page ${values.page}`,
      breadcrumb: [managementCrumb(req), { label: 'Gestion des comptes', href: null }],
      ...{ scope, organisms, values, outside, view, role },
      faults: [...faults, ...ignored(values)],
      roleOptions: roleOptions(roles),
      sentence: filterSentence(scope, values, role),
      list: page,
      here: page.hrefTo({}),
      people: result.rows.map((row) =>
        showAccount(row, { actor, labels: set, filters: values, role, outside, href }),
      ),
      // « Tout » and the ticked rows act inside one organism only (R45).
      selectable: canActInManagement(actor) && scope.kind === 'organism' && !outside,
      selection: selectionOf(values, page.hrefTo({})),
      mayCreate: canActInManagement(actor),
      batchesHref: href(paths.batches.index),
      newHref: href(paths.accounts.new),
    });
  };

  return { index };
}

/** What somebody holds elsewhere is not to be found out (P5). */
const ignored = (values: Values): string[] =>
  values.organisme === 'non' && values.role !== ''
    ? [
        'Hors de votre organisme, «\u00a0Rôle sélectionné\u00a0» n’est pas pris en compte\u00a0: la recherche porte sur les noms et les adresses.',
      ]
    : [];

/** What the bar of the selection sends: the filter, never the identifiers of its result. */
function selectionOf({ nom, prenom, q, role, ayant, compte, add }: Values, back: string) {
  const fields = { nom, prenom, q, role, ayant, compte, add, retour: back };
  return Object.entries(fields)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ name, value }));
}
