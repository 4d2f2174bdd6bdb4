import { toDoController } from '../controllers/to-do.ts';
import { paths } from '../paths.ts';
import { routesOf } from './define-route.ts';

/** « Gestion » opens on « À faire » (R75). */
export const toDoRoutes = [routesOf(toDoController).get(paths.management, 'management', ({ show }) => show)];
