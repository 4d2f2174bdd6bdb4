import { paths } from '../paths.ts';
import { defineRoute } from './define-route.ts';

type Act = 'deactivate' | 'reactivate' | 'endSessions' | 'attach';

/** The confirmation of an act on an account, then the act. */
const actRoutes = (act: Act) => [
  defineRoute({
    method: 'get',
    path: paths.accounts[act],
    access: 'management-act',
    handler: (controllers) => controllers.accountActs[act].confirmation,
  }),
  defineRoute({
    method: 'post',
    path: paths.accounts[act],
    access: 'management-act',
    handler: (controllers) => controllers.accountActs[act].confirm,
  }),
];

/** The same for a role of an account. */
const roleRoutes = (act: 'grant' | 'remove') => [
  defineRoute({
    method: 'get',
    path: paths.accounts[act],
    access: 'management-act',
    handler: (controllers) => controllers.assignments[act].confirmation,
  }),
  defineRoute({
    method: 'post',
    path: paths.accounts[act],
    access: 'management-act',
    handler: (controllers) => controllers.assignments[act].confirm,
  }),
];

const batchFile = (format: 'workbook' | 'report' | 'csv') =>
  defineRoute({
    method: 'get',
    path: paths.batches[format],
    access: 'management',
    handler: (controllers) => controllers.batchLines[format],
  });

/** « Gestion des comptes » and its acts. */
export const accountRoutes = [
  defineRoute({
    method: 'get',
    path: paths.accounts.index,
    access: 'management',
    handler: (controllers) => controllers.accounts.index,
  }),
  ...actRoutes('deactivate'),
  ...actRoutes('reactivate'),
  ...actRoutes('endSessions'),
  ...actRoutes('attach'),
  ...roleRoutes('grant'),
  ...roleRoutes('remove'),
  defineRoute({
    method: 'get',
    path: paths.batches.index,
    access: 'management',
    handler: (controllers) => controllers.batches.index,
  }),
  defineRoute({
    method: 'post',
    path: paths.batches.index,
    access: 'management-act',
    handler: (controllers) => controllers.batchDrafts.create,
  }),
  defineRoute({
    method: 'get',
    path: paths.batches.show,
    access: 'management',
    handler: (controllers) => controllers.batchDrafts.unlessDraft(controllers.batchLines.index),
  }),
  defineRoute({
    method: 'post',
    path: paths.batches.show,
    access: 'management-act',
    handler: (controllers) => controllers.batchDrafts.confirm,
  }),
  batchFile('workbook'),
  batchFile('report'),
  batchFile('csv'),
];
