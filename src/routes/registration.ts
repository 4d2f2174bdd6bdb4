import { registrationController } from '../controllers/registration.ts';
import { paths } from '../paths.ts';
import { routesOf } from './define-route.ts';

const registration = routesOf(registrationController);

// The pages of outcomes come before the link: a token is never one of their names.
export const registrationRoutes = [
  registration.get(paths.registration.new, 'public', (controller) => controller.new),
  registration.post(paths.registration.new, 'public', ({ create }) => create),
  registration.get(paths.registration.sent, 'public', ({ sent }) => sent),
  registration.get(paths.registration.confirmed, 'public', ({ confirmed }) => confirmed),
  registration.get(paths.registration.confirmation, 'public', ({ confirmation }) => confirmation),
  registration.post(paths.registration.confirmation, 'public', ({ confirm }) => confirm),
];
