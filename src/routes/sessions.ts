import { currentOrganismController } from '../controllers/current-organism.ts';
import { passkeysController } from '../controllers/passkeys.ts';
import { sessionsController } from '../controllers/sessions.ts';
import { paths } from '../paths.ts';
import { routesOf } from './define-route.ts';

const sessions = routesOf(sessionsController);
const passkeys = routesOf(passkeysController);
const currentOrganism = routesOf(currentOrganismController);

export const sessionRoutes = [
  ...sessions.form(paths.signIn, 'public', ({ signIn }) => signIn),
  ...sessions.form(paths.secondStep, 'public', ({ secondStep }) => secondStep),
  passkeys.get(paths.passkey.signInOptions, 'public', ({ signInOptions }) => signInOptions),
  ...passkeys.form(paths.passkey.signIn, 'public', ({ signIn }) => signIn),
  passkeys.get(paths.passkey.secondStepOptions, 'public', ({ secondStepOptions }) => secondStepOptions),
  ...passkeys.form(paths.passkey.secondStep, 'public', ({ secondStep }) => secondStep),
  sessions.post(paths.signOut, 'public', ({ destroy }) => destroy),
  sessions.post(paths.extendSession, 'signed-in', ({ extend }) => extend),
  currentOrganism.post(paths.currentOrganism, 'management', ({ update }) => update),
];
