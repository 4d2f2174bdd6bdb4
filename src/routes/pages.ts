import { pagesController } from '../controllers/pages.ts';
import { paths } from '../paths.ts';
import { routesOf } from './define-route.ts';

const pages = routesOf(pagesController);

export const pageRoutes = [
  pages.get(paths.help, 'public', ({ help }) => help),
  pages.get(paths.accessibility, 'public', ({ accessibility }) => accessibility),
  pages.get(paths.personalData, 'public', ({ personalData }) => personalData),
];
