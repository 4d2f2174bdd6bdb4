import { accountAssignmentsController } from '../controllers/account-assignments.ts';
import { accountCreationController } from '../controllers/account-creation.ts';
import { accountEditingController } from '../controllers/account-editing.ts';
import { accountRecordController } from '../controllers/account-record.ts';
import { accountEvents } from '../lists/account-events.ts';
import { paths } from '../paths.ts';
import { listRoutes, routesOf } from './define-route.ts';

const assignments = routesOf(accountAssignmentsController);

/** The page of an account, its history, its creation. After the routes of the list: `/nouveau` is no identifier. */
export const accountRecordRoutes = [
  ...routesOf(accountCreationController).form(paths.accounts.new, 'management-act', (creation) => creation),
  routesOf(accountRecordController).get(paths.accounts.show, 'management', ({ show }) => show),
  ...listRoutes(accountEvents, 'management'),
  ...routesOf(accountEditingController).form(paths.accounts.edit, 'management-act', (editing) => editing),
  ...assignments.form(paths.accounts.endDate, 'management-act', ({ endDate }) => endDate),
  assignments.post(paths.accounts.keepAll, 'management-act', ({ keepAll }) => keepAll),
  ...assignments.form(
    paths.accounts.removeInherited,
    'management-act',
    ({ removeInherited }) => removeInherited,
  ),
  assignments.post(paths.accounts.keep, 'management-act', ({ keep }) => keep),
];
