import { searchController } from '../controllers/search.ts';
import { paths } from '../paths.ts';
import { routesOf } from './define-route.ts';

/** « Recherche », from anywhere. */
export const searchRoutes = [routesOf(searchController).get(paths.search, 'signed-in', ({ show }) => show)];
