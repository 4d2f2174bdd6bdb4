import { accountRecordRoutes } from './account-record.ts';
import { accountRoutes } from './accounts.ts';
import { catalogueRoutes } from './catalogue.ts';
import type { Route } from './define-route.ts';
import { delegationRoutes } from './delegations.ts';
import { demonstrationRoutes } from './demonstration.ts';
import { emailChangeRoutes } from './email-changes.ts';
import { entitlementRoutes } from './entitlements.ts';
import { eventRoutes } from './events.ts';
import { factorResetRoutes } from './factor-resets.ts';
import { messageRoutes } from './messages.ts';
import { myInformationRoutes } from './my-information.ts';
import { nationalRoleRoutes } from './national-roles.ts';
import { nominationRoutes } from './nominations.ts';
import { pageRoutes } from './pages.ts';
import { passwordRoutes } from './passwords.ts';
import { referenceDataRoutes } from './reference-data.ts';
import { registrationRoutes } from './registration.ts';
import { requestRoutes } from './requests.ts';
import { searchRoutes } from './search.ts';
import { sessionRoutes } from './sessions.ts';
import { toDoRoutes } from './to-do.ts';

/** Every route of the portal, in the order they are tried. */
export const routes: readonly Route[] = [
  ...sessionRoutes,
  ...passwordRoutes,
  ...demonstrationRoutes,
  ...registrationRoutes,
  ...catalogueRoutes,
  ...searchRoutes,
  ...myInformationRoutes,
  ...toDoRoutes,
  ...entitlementRoutes,
  ...requestRoutes,
  ...accountRoutes,
  ...accountRecordRoutes,
  ...emailChangeRoutes,
  ...factorResetRoutes,
  ...delegationRoutes,
  ...nationalRoleRoutes,
  ...nominationRoutes,
  ...messageRoutes,
  ...referenceDataRoutes,
  ...eventRoutes,
  ...pageRoutes,
];
