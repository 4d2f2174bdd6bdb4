import { paths } from '../paths.ts';
import { defineRoute } from './define-route.ts';

export const trailRoutes = [
  defineRoute({
    method: 'get',
    path: paths.trail.index,
    access: 'management',
    handler: (controllers) => controllers.trail.index,
  }),
  defineRoute({
    method: 'get',
    path: paths.trail.workbook,
    access: 'management',
    handler: (controllers) => controllers.trail.workbook,
  }),
  defineRoute({
    method: 'get',
    path: paths.trail.report,
    access: 'management',
    handler: (controllers) => controllers.trail.report,
  }),
  defineRoute({
    method: 'get',
    path: paths.trail.csv,
    access: 'management',
    handler: (controllers) => controllers.trail.csv,
  }),
  defineRoute({
    method: 'get',
    path: paths.trail.show,
    access: 'management',
    handler: (controllers) => controllers.trail.show,
  }),
];
