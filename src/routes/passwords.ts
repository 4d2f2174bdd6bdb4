import { passwordsController } from '../controllers/passwords.ts';
import { paths } from '../paths.ts';
import { routesOf } from './define-route.ts';

const passwords = routesOf(passwordsController);

/** The fixed addresses come first: a token may be any word. */
export const passwordRoutes = [
  passwords.get(paths.password.forgotten, 'public', ({ forgotten }) => forgotten),
  passwords.post(paths.password.forgotten, 'public', ({ ask }) => ask),
  passwords.post(paths.password.strength, 'public', ({ strength }) => strength),
  passwords.get(paths.password.reset, 'public', ({ reset }) => reset.new),
  passwords.post(paths.password.reset, 'public', ({ reset }) => reset.create),
  passwords.get(paths.activation, 'public', ({ activation }) => activation.new),
  passwords.post(paths.activation, 'public', ({ activation }) => activation.create),
];
