import type { Template } from './content.ts';
import { accountKnown } from './templates/account-known.ts';
import { activation } from './templates/activation.ts';
import { attached } from './templates/attached.ts';
import { delegationGranted } from './templates/delegation-granted.ts';
import { delegationRemoved } from './templates/delegation-removed.ts';
import { passwordReset } from './templates/password-reset.ts';
import { requestAccepted } from './templates/request-accepted.ts';
import { requestConfirmation } from './templates/request-confirmation.ts';
import { requestReceived } from './templates/request-received.ts';
import { requestRefused } from './templates/request-refused.ts';
import { rightEnding } from './templates/right-ending.ts';
import { roleGranted } from './templates/role-granted.ts';

/** Every message that the portal sends, by its name in the trail: one file each, added here. */
export const templates = {
  'account-known': accountKnown,
  activation,
  attached,
  'delegation-granted': delegationGranted,
  'delegation-removed': delegationRemoved,
  'password-reset': passwordReset,
  'request-accepted': requestAccepted,
  'request-confirmation': requestConfirmation,
  'request-received': requestReceived,
  'request-refused': requestRefused,
  'right-ending': rightEnding,
  'role-granted': roleGranted,
};

export type TemplateName = keyof typeof templates;

/** What the act that sends a message tells its template. */
export type TemplateValues<N extends TemplateName> =
  (typeof templates)[N] extends Template<infer V> ? V : never;
