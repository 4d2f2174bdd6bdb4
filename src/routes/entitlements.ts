import { paths } from '../paths.ts';
import { defineRoute } from './define-route.ts';

export const entitlementRoutes = [
  defineRoute({
    method: 'get',
    path: paths.entitlements.index,
    access: 'management',
    handler: (controllers) => controllers.entitlements.index,
  }),
  defineRoute({
    method: 'get',
    path: paths.entitlements.workbook,
    access: 'management',
    handler: (controllers) => controllers.entitlements.workbook,
  }),
  defineRoute({
    method: 'get',
    path: paths.entitlements.report,
    access: 'management',
    handler: (controllers) => controllers.entitlements.report,
  }),
  defineRoute({
    method: 'get',
    path: paths.entitlements.csv,
    access: 'management',
    handler: (controllers) => controllers.entitlements.csv,
  }),
];
