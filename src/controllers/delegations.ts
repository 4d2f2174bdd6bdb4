import type { RequestHandler } from 'express';
import { dayInParis } from '../domain/calendar.ts';
import { canActInManagement } from '../domain/permissions.ts';
import { organismIdOf, scopeName } from '../domain/scope.ts';
import { actorOf, managementCrumb, scopeOf } from '../middlewares/request.ts';
import { paths } from '../paths.ts';
import {
  DELEGATION_INTRODUCTION,
  nationalIntroduction,
  showAdministrator,
} from '../presenters/delegations.ts';
import { hrefOf } from '../presenters/href.ts';
import { listPage } from '../presenters/list-page.ts';
import { delegationRepository } from '../repositories/delegations.ts';
import { accountList } from '../repositories/lists/accounts.ts';
import { administratorList } from '../repositories/lists/administrators.ts';
import { organismRepository } from '../repositories/organisms.ts';
import { administratorCriteria, candidateCriteria } from '../schemas/delegations.ts';
import { parseListQuery } from '../schemas/list-query.ts';
import type { AppContext } from './context.ts';

const DEFAULTS = { q: '', tri: 'nom', sens: 'asc', page: 1, taille: 10 };

// Delegations of deactivated accounts: a few at most in an organism, told apart under its list.
const DORMANT = { page: 1, size: 100 };

/** « Les administrateurs locaux » and « Délégation » (R65-R71). */
export function delegationsController({ db, clock, labels }: AppContext) {
  const today = () => dayInParis(clock.now());
  const administrators = administratorList(db);
  const candidates = accountList(db);
  const organismsFor = (national: boolean) => (national ? organismRepository(db).all() : []);

  /** Who administers the organism, or each of them, live (R65). */
  const index: RequestHandler = async (req, res) => {
    const scope = scopeOf(req);
    const actor = actorOf(req);
    const { values, faults } = parseListQuery(administratorCriteria, req.query);
    const href = hrefOf(req);
    const shared = {
      title: `Les administrateurs locaux, page ${values.page}`,
      breadcrumb: [managementCrumb(req), { label: 'Les administrateurs locaux', href: null }],
      ...{ values, mayAct: canActInManagement(actor) },
      ...{ place: scopeName(scope), everywhere: scope.kind === 'national' },
      organisms: await organismsFor(actor.national !== null),
      faults,
      newHref: href(paths.delegations.new),
    };
    const organismId = organismIdOf(scope);
    const filter = { organismId, words: values.q, sort: values.tri, direction: values.sens };
    const [result, dormant, set] = await Promise.all([
      administrators.page(
        { ...filter, active: true },
        { page: values.page, size: values.taille, today: today() },
      ),
      organismId === null
        ? { rows: [] }
        : administrators.page({ ...filter, words: '', active: false }, { ...DORMANT, today: today() }),
      labels.current(),
    ]);
    const list = listPage({ path: paths.delegations.index, values, defaults: DEFAULTS, href }, result);
    const shown = { actor, labels: set, scope, href };
    res.render('management/local-administrators/index', {
      ...shared,
      ...{ list, here: list.hrefTo({}) },
      people: result.rows.map((row) => showAdministrator(row, shown)),
      dormant: dormant.rows.map((row) => showAdministrator(row, shown)),
    });
  };

  /** « Délégation »: whom one can name (R66-R68, R70, R71). */
  const create: RequestHandler = async (req, res) => {
    const scope = scopeOf(req);
    const actor = actorOf(req);
    const { values, faults } = parseListQuery(candidateCriteria, req.query);
    const href = hrefOf(req);
    const shared = {
      title: `Délégation, page ${values.page}`,
      breadcrumb: [
        managementCrumb(req),
        { label: 'Les administrateurs locaux', href: href(paths.delegations.index) },
        { label: 'Délégation', href: null },
      ],
      ...{ scope, values },
      organisms: await organismsFor(actor.national !== null),
      faults,
      newAccountHref: href(paths.accounts.new, { retour: href(paths.delegations.new) }),
    };
    if (scope.kind === 'national') {
      res.render('management/local-administrators/choose-organism', shared);
      return;
    }
    const { organism } = scope;
    const [result, holding] = await Promise.all([
      candidates.page(
        {
          ...{ organismId: organism.id, lastName: '', firstName: '', words: values.q, role: null },
          ...{ active: true, executives: true, sort: values.tri, direction: values.sens },
        },
        { page: values.page, size: values.taille, today: today(), labels: await labels.current() },
      ),
      delegationRepository(db).holding([organism.id], today()),
    ]);
    const list = listPage({ path: paths.delegations.new, values, defaults: DEFAULTS, href }, result);
    const named = new Set(holding.map(({ accountId }) => accountId));
    res.render('management/local-administrators/new', {
      ...shared,
      introduction: actor.national === null ? DELEGATION_INTRODUCTION : nationalIntroduction(organism),
      ...{ list, here: list.hrefTo({}) },
      people: result.rows.map((person) => ({
        ...person,
        named: named.has(person.id),
        oneself: person.id === actor.id,
      })),
    });
  };

  return { index, create };
}
