import { decisionsController } from '../controllers/decisions.ts';
import { asksForRequest } from '../controllers/identity.ts';
import { refusalReasonsController } from '../controllers/refusal-reasons.ts';
import { requestRemindersController } from '../controllers/request-reminders.ts';
import { acceptedRequests, pendingRequests, refusedRequests } from '../lists/requests.ts';
import { paths } from '../paths.ts';
import { listRoutes, redirectRoute, routesOf } from './define-route.ts';

const decisions = routesOf(decisionsController);
const reminders = routesOf(requestRemindersController);
const reasons = routesOf(refusalReasonsController);

/** « Demandes d'habilitations : En cours », « Accepté », « Refus » (R15-R26), and deciding. */
export const requestRoutes = [
  // Opens on what is to be done.
  redirectRoute(paths.requests.index, 'management', paths.requests.pending),
  ...listRoutes(pendingRequests, 'management'),
  ...listRoutes(acceptedRequests, 'management'),
  ...listRoutes(refusedRequests, 'management'),
  ...decisions.form(paths.requests.accept, 'management-act', ({ accept }) => accept, asksForRequest),
  ...decisions.form(paths.requests.refuse, 'management-act', ({ refuse }) => refuse),
  ...reminders.form(paths.requests.remind, 'national-act', ({ remind }) => remind),
  reasons.get(paths.refusalReasons.index, 'management', ({ creation }) => creation.show),
  reasons.post(paths.refusalReasons.index, 'management-act', ({ creation }) => creation.send),
  reasons.post(paths.refusalReasons.edit, 'management-act', ({ edition }) => edition.send),
  reasons.post(paths.refusalReasons.remove, 'management-act', ({ remove }) => remove),
];
