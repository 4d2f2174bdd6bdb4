import { addressLanes } from '../security/address-lanes.ts';
import { accountCreationService } from './account-creation.ts';
import { accountEditingService } from './account-editing.ts';
import { accountRolesService } from './account-roles.ts';
import { accountService } from './accounts.ts';
import { administratorService } from './administrators.ts';
import { applicationService } from './applications.ts';
import { askingService } from './asking.ts';
import { assignmentService } from './assignments.ts';
import { attachingService } from './attaching.ts';
import { batchService } from './batches.ts';
import type { ServiceContext } from './context.ts';
import { correctingService } from './correcting.ts';
import { decidingService } from './deciding.ts';
import { decidingManyService } from './deciding-many.ts';
import { delegationService } from './delegations.ts';
import { departingService } from './departing.ts';
import { emailChangeService } from './email-change.ts';
import { emailConfirmationService } from './email-confirmation.ts';
import { exportService } from './exports.ts';
import { factorCheckService } from './factor-checks.ts';
import { factorResetAnswerService } from './factor-reset-answers.ts';
import { factorResetService } from './factor-resets.ts';
import { formKeyService } from './form-keys.ts';
import { givingUpService } from './giving-up.ts';
import { keptFormService } from './kept-forms.ts';
import { knownDeviceService } from './known-devices.ts';
import { lapsingService } from './lapsing.ts';
import { messageService } from './messages.ts';
import { nationalRoleService } from './national-roles.ts';
import { nominationService } from './nominations.ts';
import { organismService } from './organisms.ts';
import { outsideService } from './outside.ts';
import { ownEmailAnswerService } from './own-email-answers.ts';
import { ownFactorService } from './own-factors.ts';
import { ownPasskeyService } from './own-passkeys.ts';
import { ownSessionService } from './own-sessions.ts';
import { passkeyService } from './passkeys.ts';
import { passwordChoiceService } from './password-choice.ts';
import { passwordResetService } from './password-reset.ts';
import { planningService } from './planning.ts';
import { refusalReasonService } from './refusal-reasons.ts';
import { refusalService } from './refusals.ts';
import { registrationService } from './registration.ts';
import { remindingService } from './reminding.ts';
import { remindingAdministratorsService } from './reminding-administrators.ts';
import { retentionService } from './retention.ts';
import { roleService } from './roles.ts';
import { sendingService } from './sending.ts';
import { signInService } from './sign-in.ts';
import { undoingBatchesService } from './undoing-batches.ts';
import { upkeepService } from './upkeep.ts';

export type Services = ReturnType<typeof createServices>;

/** Every use case of the portal: one public method, one transaction, its events. */
export function createServices(context: ServiceContext) {
  // What acts on many people takes longer, and must not hold the connections of pages.
  const many = { ...context, db: context.batchDb ?? context.db };
  const outside = outsideService(context);
  const lanes = addressLanes(context.db, context.pause);
  return {
    signIn: signInService(context, lanes),
    ownFactors: ownFactorService(context),
    factorChecks: factorCheckService(context),
    factorResets: factorResetService(context),
    factorResetAnswers: factorResetAnswerService(context),
    passkeys: passkeyService(context, lanes),
    ownPasskeys: ownPasskeyService(context),
    ownSessions: ownSessionService(context),
    exports: exportService(context),
    passwordReset: passwordResetService(context),
    passwordChoice: passwordChoiceService(context),
    upkeep: upkeepService(many),
    retention: retentionService(many),
    lapsing: lapsingService(many),
    administrators: administratorService(context),
    registration: registrationService(context),
    asking: askingService(context),
    correcting: correctingService(context),
    reminding: remindingService(context),
    remindingAdministrators: remindingAdministratorsService(context),
    deciding: decidingService(context, outside),
    decidingMany: decidingManyService(many, outside),
    accountCreation: accountCreationService(context, outside),
    accountEditing: accountEditingService(context),
    accountRoles: accountRolesService(context),
    emailChange: emailChangeService(context, outside),
    emailConfirmation: emailConfirmationService(context),
    ownEmailAnswers: ownEmailAnswerService(context),
    refusals: refusalService(context),
    refusalReasons: refusalReasonService(context),
    accounts: accountService(context),
    assignments: assignmentService(context),
    attaching: attachingService(context),
    batches: batchService(many),
    undoingBatches: undoingBatchesService(many),
    delegations: delegationService(context),
    departing: departingService(context),
    planning: planningService(context),
    givingUp: givingUpService(context),
    knownDevices: knownDeviceService(context),
    formKeys: formKeyService(context),
    keptForms: keptFormService(context),
    messages: messageService(context),
    sending: sendingService(context),
    nationalRoles: nationalRoleService(context),
    nominations: nominationService(many),
    outside,
    applications: applicationService(context),
    organisms: organismService(context),
    roles: roleService(context),
  };
}
