import { paths } from '../paths.ts';
import { defineRoute } from './define-route.ts';

/** The confirmation of an act on a delegation, then the act. */
const actRoutes = (act: 'grant' | 'remove' | 'endDate') => [
  defineRoute({
    method: 'get',
    path: paths.delegations[act],
    access: 'management-act',
    handler: (controllers) => controllers.delegationActs[act].confirmation,
  }),
  defineRoute({
    method: 'post',
    path: paths.delegations[act],
    access: 'management-act',
    handler: (controllers) => controllers.delegationActs[act].confirm,
  }),
];

const directoryFile = (extension: 'xlsx' | 'pdf' | 'csv', format: 'workbook' | 'report' | 'csv') =>
  defineRoute({
    method: 'get',
    path: `${paths.delegations.all}.${extension}`,
    access: 'management',
    handler: (controllers) => controllers.delegationsDirectory[format],
  });

/** « Les administrateurs locaux », « Délégation », « Tous les administrateurs locaux » (R65-R72). */
export const delegationRoutes = [
  defineRoute({
    method: 'get',
    path: paths.delegations.index,
    access: 'management',
    handler: (controllers) => controllers.delegations.index,
  }),
  defineRoute({
    method: 'get',
    path: paths.delegations.new,
    access: 'management-act',
    handler: (controllers) => controllers.delegations.create,
  }),
  defineRoute({
    method: 'get',
    path: paths.delegations.all,
    access: 'management',
    handler: (controllers) => controllers.delegationsDirectory.index,
  }),
  directoryFile('xlsx', 'workbook'),
  directoryFile('pdf', 'report'),
  directoryFile('csv', 'csv'),
  ...actRoutes('grant'),
  ...actRoutes('remove'),
  ...actRoutes('endDate'),
];
