import { applicationsController } from '../controllers/applications.ts';
import { catalogueController } from '../controllers/catalogue.ts';
import { paths } from '../paths.ts';
import { routesOf } from './define-route.ts';

const catalogue = routesOf(catalogueController);
const applications = routesOf(applicationsController);

export const catalogueRoutes = [
  catalogue.get(paths.home, 'public', ({ home }) => home),
  catalogue.get(paths.catalogue.index, 'signed-in', ({ index }) => index),
  applications.get(paths.catalogue.show, 'signed-in', ({ show }) => show),
  applications.post(paths.catalogue.show, 'signed-in', ({ ask }) => ask),
];
