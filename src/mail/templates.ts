import type { MessageName, MessageValues } from '../domain/message.ts';
import type { Template } from './content.ts';
import { accountInactive } from './templates/account-inactive.ts';
import { accountKnown } from './templates/account-known.ts';
import { accountReactivated } from './templates/account-reactivated.ts';
import { activation } from './templates/activation.ts';
import { attached } from './templates/attached.ts';
import { batchUndone } from './templates/batch-undone.ts';
import { delegationGranted } from './templates/delegation-granted.ts';
import { delegationRemoved } from './templates/delegation-removed.ts';
import { departure } from './templates/departure.ts';
import { emailAgreement } from './templates/email-agreement.ts';
import { emailChange } from './templates/email-change.ts';
import { emailChangeEnded } from './templates/email-change-ended.ts';
import { emailChangeStopped } from './templates/email-change-stopped.ts';
import { emailChanged } from './templates/email-changed.ts';
import { emailMailbox } from './templates/email-mailbox.ts';
import { endDateChanged } from './templates/end-date-changed.ts';
import { factorOfColleague } from './templates/factor-of-colleague.ts';
import { factorReset } from './templates/factor-reset.ts';
import { factorResetStopped } from './templates/factor-reset-stopped.ts';
import { nationalRoleRemoved } from './templates/national-role-removed.ts';
import { officeEnded } from './templates/office-ended.ts';
import { passwordReset } from './templates/password-reset.ts';
import { requestAccepted } from './templates/request-accepted.ts';
import { requestConfirmation } from './templates/request-confirmation.ts';
import { requestLapsed } from './templates/request-lapsed.ts';
import { requestLapsing } from './templates/request-lapsing.ts';
import { requestReceived } from './templates/request-received.ts';
import { requestRefused } from './templates/request-refused.ts';
import { requestsReceived } from './templates/requests-received.ts';
import { requestsWaiting } from './templates/requests-waiting.ts';
import { assignmentEnding } from './templates/right-ending.ts';
import { roleGranted } from './templates/role-granted.ts';
import { securityChanged } from './templates/security-changed.ts';
import { unusualAct } from './templates/unusual-act.ts';

/** Every message that the portal sends, by its name in the trail: one file each, added here. */
export const templates: { readonly [N in MessageName]: Template<MessageValues[N]> } = {
  'account-inactive': accountInactive,
  'account-known': accountKnown,
  'account-reactivated': accountReactivated,
  activation,
  attached,
  'batch-undone': batchUndone,
  'delegation-granted': delegationGranted,
  'delegation-removed': delegationRemoved,
  departure,
  'email-agreement': emailAgreement,
  'email-change': emailChange,
  'email-change-ended': emailChangeEnded,
  'email-change-stopped': emailChangeStopped,
  'email-mailbox': emailMailbox,
  'email-changed': emailChanged,
  'end-date-changed': endDateChanged,
  'factor-of-colleague': factorOfColleague,
  'factor-reset': factorReset,
  'factor-reset-stopped': factorResetStopped,
  'national-role-removed': nationalRoleRemoved,
  'office-ended': officeEnded,
  'password-reset': passwordReset,
  'request-accepted': requestAccepted,
  'request-confirmation': requestConfirmation,
  'request-lapsed': requestLapsed,
  'request-lapsing': requestLapsing,
  'request-received': requestReceived,
  'request-refused': requestRefused,
  'requests-received': requestsReceived,
  'requests-waiting': requestsWaiting,
  'right-ending': assignmentEnding,
  'role-granted': roleGranted,
  'security-changed': securityChanged,
  'unusual-act': unusualAct,
};

/** The template of a stored message, whose name and values were checked when it was written. */
export const templateOf = (name: string): Template<unknown> =>
  templates[name as MessageName] as Template<unknown>;

/** The subject, as the recipient reads it; the message's own name where its template is of an older version. */
export function subjectOf({ template, data }: { template: string; data: unknown }): string {
  try {
    return templateOf(template).subject(data);
  } catch {
    return template;
  }
}
