import { demonstrationController } from '../controllers/demonstration.ts';
import { paths } from '../paths.ts';
import { routesOf } from './define-route.ts';

const pages = routesOf(demonstrationController);

export const demonstrationRoutes = [
  pages.get(paths.demonstrationMessages, 'demonstration', ({ messages }) => messages),
  pages.get(paths.demonstrationComponents, 'demonstration', ({ components }) => components),
];
