import { delegationActsController } from '../controllers/delegation-acts.ts';
import { delegationsController } from '../controllers/delegations.ts';
import { delegations } from '../lists/delegations.ts';
import { directory } from '../lists/directory.ts';
import { paths } from '../paths.ts';
import { listRoutes, routesOf } from './define-route.ts';

const acts = routesOf(delegationActsController);

/** « Les administrateurs locaux », « Délégation », « Tous les administrateurs locaux » (R65-R72). */
export const delegationRoutes = [
  ...listRoutes(delegations, 'management'),
  routesOf(delegationsController).get(paths.delegations.new, 'management-act', ({ create }) => create),
  ...listRoutes(directory, 'management'),
  ...acts.form(paths.delegations.grant, 'management-act', ({ grant }) => grant, 'before-act'),
  ...acts.form(paths.delegations.remove, 'management-act', ({ remove }) => remove, 'before-act'),
  ...acts.form(paths.delegations.endDate, 'management-act', ({ endDate }) => endDate, 'before-act'),
];
