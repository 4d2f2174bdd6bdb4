import { currentOrganismController } from '../controllers/current-organism.ts';
import { sessionsController } from '../controllers/sessions.ts';
import { paths } from '../paths.ts';
import { routesOf } from './define-route.ts';

const sessions = routesOf(sessionsController);
const currentOrganism = routesOf(currentOrganismController);

export const sessionRoutes = [
  ...sessions.form(paths.signIn, 'public', ({ signIn }) => signIn),
  ...sessions.form(paths.secondStep, 'public', ({ secondStep }) => secondStep),
  sessions.post(paths.signOut, 'public', ({ destroy }) => destroy),
  sessions.post(paths.extendSession, 'signed-in', ({ extend }) => extend),
  currentOrganism.post(paths.currentOrganism, 'management', ({ update }) => update),
];
