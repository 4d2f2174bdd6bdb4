import { nominationsController } from '../controllers/nominations.ts';
import { nominationLines } from '../lists/nomination-lines.ts';
import { nominations } from '../lists/nominations.ts';
import { paths } from '../paths.ts';
import { listRoutes, routesOf } from './define-route.ts';

const acts = routesOf(nominationsController);

/** « Nominations » (R81). */
export const nominationRoutes = [
  ...listRoutes(nominations, 'national'),
  acts.post(paths.nominations.index, 'national-act', ({ comparison }) => comparison.send),
  ...listRoutes(nominationLines, 'national'),
  ...acts.form(paths.nominations.apply, 'national-act', ({ application }) => application, 'before-act'),
  acts.post(paths.nominations.resume, 'national-act', ({ resume }) => resume),
];
