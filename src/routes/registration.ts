import { registrationController } from '../controllers/registration.ts';
import { paths } from '../paths.ts';
import { routesOf } from './define-route.ts';

const registration = routesOf(registrationController);

// The pages of outcomes come before the link: a token is never one of their names.
export const registrationRoutes = [
  ...registration.form(paths.registration.new, 'public', ({ submission }) => submission),
  registration.get(paths.registration.sent, 'public', ({ sent }) => sent),
  registration.get(paths.registration.confirmed, 'public', ({ confirmed }) => confirmed),
  ...registration.form(paths.registration.confirmation, 'public', ({ confirmation }) => confirmation),
];
