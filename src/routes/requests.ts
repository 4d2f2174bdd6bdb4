import { paths } from '../paths.ts';
import { defineRoute } from './define-route.ts';

type List = 'pending' | 'accepted' | 'refused';

/** A list, its Excel, its PDF, its CSV. */
const listRoutes = (list: List) => [
  defineRoute({
    method: 'get',
    path: paths.requests[list],
    access: 'management',
    handler: (controllers) => controllers.requests[list].index,
  }),
  defineRoute({
    method: 'get',
    path: `${paths.requests[list]}.xlsx`,
    access: 'management',
    handler: (controllers) => controllers.requests[list].workbook,
  }),
  defineRoute({
    method: 'get',
    path: `${paths.requests[list]}.pdf`,
    access: 'management',
    handler: (controllers) => controllers.requests[list].report,
  }),
  defineRoute({
    method: 'get',
    path: `${paths.requests[list]}.csv`,
    access: 'management',
    handler: (controllers) => controllers.requests[list].csv,
  }),
];

export const requestRoutes = [
  defineRoute({
    method: 'get',
    path: paths.requests.index,
    access: 'management',
    handler: (controllers) => controllers.requests.home,
  }),
  ...listRoutes('pending'),
  ...listRoutes('accepted'),
  ...listRoutes('refused'),
  defineRoute({
    method: 'get',
    path: paths.requests.accept,
    access: 'management-act',
    handler: (controllers) => controllers.decisions.acceptance,
  }),
  defineRoute({
    method: 'post',
    path: paths.requests.accept,
    access: 'management-act',
    handler: (controllers) => controllers.decisions.accept,
  }),
  defineRoute({
    method: 'get',
    path: paths.requests.refuse,
    access: 'management-act',
    handler: (controllers) => controllers.decisions.refusal,
  }),
  defineRoute({
    method: 'post',
    path: paths.requests.refuse,
    access: 'management-act',
    handler: (controllers) => controllers.decisions.refuse,
  }),
  defineRoute({
    method: 'get',
    path: paths.refusalReasons.index,
    access: 'management',
    handler: (controllers) => controllers.refusalReasons.index,
  }),
  defineRoute({
    method: 'post',
    path: paths.refusalReasons.index,
    access: 'management-act',
    handler: (controllers) => controllers.refusalReasons.create,
  }),
  defineRoute({
    method: 'post',
    path: paths.refusalReasons.edit,
    access: 'management-act',
    handler: (controllers) => controllers.refusalReasons.update,
  }),
  defineRoute({
    method: 'post',
    path: paths.refusalReasons.remove,
    access: 'management-act',
    handler: (controllers) => controllers.refusalReasons.remove,
  }),
];
