import type { Request, RequestHandler } from 'express';
import type { Actor } from '../domain/actor.ts';
import { dayInParis } from '../domain/calendar.ts';
import { canReadManagement } from '../domain/permissions.ts';
import { paths } from '../paths.ts';
import { byTheme, searchApplications, showApplications } from '../presenters/catalogue.ts';
import { latestRequests } from '../presenters/my-information.ts';
import { readOwnEntitlements, readOwnRequests } from '../repositories/lists/my-information.ts';
import { roleRepository } from '../repositories/roles.ts';
import { catalogueCriteria } from '../schemas/catalogue.ts';
import { parseListQuery } from '../schemas/list-query.ts';
import type { AppContext } from './context.ts';

/** The catalogue of applications (F3-F8), on the home page and on its own. */
export function catalogueController({ db, clock }: AppContext) {
  async function catalogueOf(req: Request, path: string) {
    const { values, faults } = parseListQuery(catalogueCriteria, req.query);
    const { user } = req;
    const [roles, own] = await Promise.all([
      roleRepository(db).all(),
      user ? readOwnEntitlements(db, user.id, dayInParis(clock.now())) : null,
    ]);
    const applications = showApplications(roles, own);
    const found = searchApplications(applications, values.q);
    return { path, q: values.q, faults, applications, found, count: found.length, themes: byTheme(found) };
  }

  const title = (heading: string, q: string) =>
    q === '' ? heading : `${heading}, recherche «\u00a0${q}\u00a0»`;

  /** The home page: open to visitors, who see what there is; people signed in see where they stand, then the rest. */
  const home: RequestHandler = async (req, res) => {
    const actor = req.user ?? null;
    const [catalogue, requests] = await Promise.all([
      catalogueOf(req, paths.home),
      actor ? readOwnRequests(db, actor.id) : [],
    ]);
    const { applications, found, q } = catalogue;
    res.render('catalogue/home', {
      title: title('Espace Organismes', q),
      column: 'text',
      breadcrumb: [],
      // What is searched for is found wherever it is.
      catalogue: {
        ...catalogue,
        themes: byTheme(q === '' ? found.filter(({ held }) => held.length === 0) : found),
      },
      actor,
      held: applications.filter(({ held }) => held.length > 0),
      requests: latestRequests(requests),
      tasks: actor && canReadManagement(actor) ? tasksOf(actor) : null,
    });
  };

  const index: RequestHandler = async (req, res) => {
    const catalogue = await catalogueOf(req, paths.catalogue.index);
    res.render('catalogue/index', { title: title('Applications', catalogue.q), breadcrumb: [], catalogue });
  };

  return { home, index };
}

/** What waits for their decision: in each organism that they administer, or in all for Ucanss; an auditor decides nothing. */
function tasksOf({ national, nationalPendingRequests, administers }: Actor) {
  if (national !== null)
    return { pending: national === 'administrator' ? nationalPendingRequests : 0, organisms: [] };
  const pending = administers.reduce((sum, { pendingRequests }) => sum + pendingRequests, 0);
  return { pending, organisms: administers.map(({ name, pendingRequests }) => ({ name, pendingRequests })) };
}
