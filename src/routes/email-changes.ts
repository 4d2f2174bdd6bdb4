import { emailChangesController } from '../controllers/email-changes.ts';
import { emailConfirmationController } from '../controllers/email-confirmation.ts';
import { asksForOwnAddress, asksForTrusted } from '../controllers/identity.ts';
import { ownEmailChangeController } from '../controllers/own-email-change.ts';
import { paths } from '../paths.ts';
import { routesOf } from './define-route.ts';

const changes = routesOf(emailChangesController);
const own = routesOf(ownEmailChangeController);
const answers = routesOf(emailConfirmationController);

/** Changing an address: asked from the account page or from « Mes informations », answered there or by a link. */
export const emailChangeRoutes = [
  ...changes.form(paths.accounts.changeEmail, 'management-act', ({ ask }) => ask, asksForTrusted),
  changes.post(paths.accounts.cancelEmailChange, 'management-act', ({ cancel }) => cancel),
  ...own.form(paths.ownEmailChange.ask, 'signed-in', ({ ask }) => ask, asksForOwnAddress),
  own.post(paths.ownEmailChange.cancel, 'signed-in', ({ cancel }) => cancel),
  ...answers.form(paths.ownEmailChange.agree, 'signed-in', ({ ownAnswer }) => ownAnswer, 'before-act'),
  ...answers.form(paths.ownEmailChange.refuse, 'signed-in', ({ ownRefusal }) => ownRefusal),
  answers.get(paths.emailChanges.outcome, 'public', ({ outcome }) => outcome),
  ...answers.form(paths.emailChanges.confirmation, 'public', ({ answer }) => answer),
  ...answers.form(paths.emailChanges.refusal, 'public', ({ refusal }) => refusal),
];
