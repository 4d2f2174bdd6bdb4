import { passwordsController } from '../controllers/passwords.ts';
import { paths } from '../paths.ts';
import { routesOf } from './define-route.ts';

const passwords = routesOf(passwordsController);

/** The fixed addresses come first: a token may be any word. */
export const passwordRoutes = [
  ...passwords.form(paths.password.forgotten, 'public', ({ forgotten }) => forgotten),
  passwords.post(paths.password.strength, 'public', ({ strength }) => strength),
  ...passwords.form(paths.password.reset, 'public', ({ reset }) => reset),
  ...passwords.form(paths.activation, 'public', ({ activation }) => activation),
];
