import { identityController } from '../controllers/identity.ts';
import { myInformationController } from '../controllers/my-information.ts';
import { ownCorrectionController } from '../controllers/own-correction.ts';
import { ownPasskeysController } from '../controllers/own-passkeys.ts';
import { ownRequestsController } from '../controllers/own-requests.ts';
import { ownSecurityController } from '../controllers/own-security.ts';
import { paths } from '../paths.ts';
import { routesOf } from './define-route.ts';

const identity = routesOf(identityController);
const passkeys = routesOf(ownPasskeysController);
const security = routesOf(ownSecurityController);

export const myInformationRoutes = [
  routesOf(myInformationController).get(paths.myInformation, 'signed-in', ({ show }) => show),
  ...routesOf(myInformationController).form(paths.ownPhone, 'signed-in', ({ phone }) => phone),
  ...identity.form(paths.identity, 'signed-in', ({ confirmation }) => confirmation),
  identity.get(paths.passkey.identityOptions, 'signed-in', ({ passkeyOptions }) => passkeyOptions),
  ...identity.form(paths.passkey.identity, 'signed-in', ({ passkey }) => passkey),
  security.get(paths.security.show, 'signed-in', ({ page }) => page),
  ...security.form(paths.security.password, 'signed-in', ({ password }) => password, 'before-page'),
  ...security.form(
    paths.security.authenticator,
    'signed-in',
    ({ authenticator }) => authenticator,
    'before-page',
  ),
  passkeys.get(paths.passkey.addOptions, 'signed-in', ({ options }) => options, 'before-page'),
  ...passkeys.form(paths.passkey.add, 'signed-in', ({ adding }) => adding, 'before-page'),
  ...passkeys.form(paths.security.renamePasskey, 'signed-in', ({ renaming }) => renaming, 'before-page'),
  ...security.form(
    paths.security.removeAuthenticator,
    'signed-in',
    ({ removeAuthenticator }) => removeAuthenticator,
    'before-act',
  ),
  ...security.form(
    paths.security.removePasskey,
    'signed-in',
    ({ removePasskey }) => removePasskey,
    'before-act',
  ),
  ...security.form(
    paths.security.recoveryCodes,
    'signed-in',
    ({ recoveryCodes }) => recoveryCodes,
    'before-act',
  ),
  security.get(paths.security.shownCodes, 'signed-in', ({ shownCodes }) => shownCodes, 'before-page'),
  security.post(paths.security.stopReset, 'signed-in', ({ stopReset }) => stopReset, 'before-act'),
  security.post(paths.security.closeSession, 'signed-in', ({ closeSession }) => closeSession, 'before-act'),
  security.post(paths.security.closeOthers, 'signed-in', ({ closeOthers }) => closeOthers, 'before-act'),
  ...routesOf(ownCorrectionController).form(paths.ownCorrection, 'signed-in', ({ correction }) => correction),
  ...routesOf(ownRequestsController).form(paths.ownRequests.cancel, 'signed-in', ({ cancel }) => cancel),
  ...routesOf(ownRequestsController).form(paths.ownRequests.remind, 'signed-in', ({ remind }) => remind),
];
