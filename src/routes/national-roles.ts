import { paths } from '../paths.ts';
import { defineRoute } from './define-route.ts';

/** The confirmation of an act on a national role, then the act. */
const actRoutes = (act: 'grant' | 'remove' | 'endDate') => [
  defineRoute({
    method: 'get',
    path: paths.nationalRoles[act],
    access: 'national-act',
    handler: (controllers) => controllers.nationalRoleActs[act].confirmation,
  }),
  defineRoute({
    method: 'post',
    path: paths.nationalRoles[act],
    access: 'national-act',
    handler: (controllers) => controllers.nationalRoleActs[act].confirm,
  }),
];

const listFile = (extension: 'xlsx' | 'pdf' | 'csv', format: 'workbook' | 'report' | 'csv') =>
  defineRoute({
    method: 'get',
    path: `${paths.nationalRoles.index}.${extension}`,
    access: 'national',
    handler: (controllers) => controllers.nationalRoles[format],
  });

/** « Profils nationaux », « Donner un profil national » (P3b). */
export const nationalRoleRoutes = [
  defineRoute({
    method: 'get',
    path: paths.nationalRoles.index,
    access: 'national',
    handler: (controllers) => controllers.nationalRoles.index,
  }),
  listFile('xlsx', 'workbook'),
  listFile('pdf', 'report'),
  listFile('csv', 'csv'),
  defineRoute({
    method: 'get',
    path: paths.nationalRoles.new,
    access: 'national-act',
    handler: (controllers) => controllers.nationalCandidates.index,
  }),
  ...actRoutes('grant'),
  ...actRoutes('remove'),
  ...actRoutes('endDate'),
];
