import { nationalRoleActsController } from '../controllers/national-role-acts.ts';
import { nationalCandidates } from '../lists/national-candidates.ts';
import { nationalRoles } from '../lists/national-roles.ts';
import { paths } from '../paths.ts';
import { listRoutes, routesOf } from './define-route.ts';

const acts = routesOf(nationalRoleActsController);

/** « Profils nationaux », « Donner un profil national » (P3b). */
export const nationalRoleRoutes = [
  ...listRoutes(nationalRoles, 'national'),
  ...listRoutes(nationalCandidates, 'national-act'),
  ...acts.form(paths.nationalRoles.grant, 'national-act', ({ grant }) => grant, 'before-act'),
  ...acts.form(paths.nationalRoles.remove, 'national-act', ({ remove }) => remove, 'before-act'),
  ...acts.form(paths.nationalRoles.endDate, 'national-act', ({ endDate }) => endDate, 'before-act'),
];
