import { accounts } from '../lists/accounts.ts';
import { batchLines } from '../lists/batch-lines.ts';
import { batches } from '../lists/batches.ts';
import { directory } from '../lists/directory.ts';
import { entitlements } from '../lists/entitlements.ts';
import { nationalCandidates } from '../lists/national-candidates.ts';
import { nationalRoles } from '../lists/national-roles.ts';
import { organisms } from '../lists/organisms.ts';
import { roles } from '../lists/roles.ts';
import { accountActsController } from './account-acts.ts';
import { accountAssignmentsController } from './account-assignments.ts';
import { accountCreationController } from './account-creation.ts';
import { accountEditingController } from './account-editing.ts';
import { accountRecordController } from './account-record.ts';
import { applicationEditingController } from './application-editing.ts';
import { applicationsController } from './applications.ts';
import { assignmentsController } from './assignments.ts';
import { batchDraftsController } from './batch-drafts.ts';
import { catalogueController } from './catalogue.ts';
import type { AppContext } from './context.ts';
import { currentOrganismController } from './current-organism.ts';
import { decisionsController } from './decisions.ts';
import { delegationActsController } from './delegation-acts.ts';
import { delegationsController } from './delegations.ts';
import { demonstrationController } from './demonstration.ts';
import { emailChangesController } from './email-changes.ts';
import { emailConfirmationController } from './email-confirmation.ts';
import { eventsController } from './events.ts';
import { listController } from './lists.ts';
import { messagesController } from './messages.ts';
import { myInformationController } from './my-information.ts';
import { nationalRoleActsController } from './national-role-acts.ts';
import { organismEditingController } from './organism-editing.ts';
import { ownEmailChangeController } from './own-email-change.ts';
import { ownRequestsController } from './own-requests.ts';
import { pagesController } from './pages.ts';
import { passwordsController } from './passwords.ts';
import { refusalReasonsController } from './refusal-reasons.ts';
import { registrationController } from './registration.ts';
import { requestsController } from './requests.ts';
import { roleEditingController } from './role-editing.ts';
import { sessionsController } from './sessions.ts';

export type Controllers = ReturnType<typeof createControllers>;

/** Every controller, by the noun of its area. */
export function createControllers(context: AppContext) {
  return {
    sessions: sessionsController(context),
    pages: pagesController(context),
    passwords: passwordsController(context),
    demonstration: demonstrationController(context),
    currentOrganism: currentOrganismController(),
    myInformation: myInformationController(context),
    ownRequests: ownRequestsController(context),
    registration: registrationController(context),
    catalogue: catalogueController(context),
    applications: applicationsController(context),
    entitlements: listController(context, entitlements),
    accountCreation: accountCreationController(context),
    accountRecord: accountRecordController(context),
    accountEditing: accountEditingController(context),
    accountAssignments: accountAssignmentsController(context),
    emailChanges: emailChangesController(context),
    ownEmailChange: ownEmailChangeController(context),
    emailConfirmation: emailConfirmationController(context),
    requests: requestsController(context),
    events: eventsController(context),
    decisions: decisionsController(context),
    refusalReasons: refusalReasonsController(context),
    accounts: listController(context, accounts),
    accountActs: accountActsController(context),
    assignments: assignmentsController(context),
    batchDrafts: batchDraftsController(context),
    batches: listController(context, batches),
    batchLines: listController(context, batchLines),
    delegations: delegationsController(context),
    delegationActs: delegationActsController(context),
    delegationsDirectory: listController(context, directory),
    nationalRoles: listController(context, nationalRoles),
    nationalCandidates: listController(context, nationalCandidates),
    nationalRoleActs: nationalRoleActsController(context),
    messages: messagesController(context),
    roles: listController(context, roles),
    roleEditing: roleEditingController(context),
    applicationEditing: applicationEditingController(context),
    organisms: listController(context, organisms),
    organismEditing: organismEditingController(context),
  };
}
