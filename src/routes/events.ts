import { paths } from '../paths.ts';
import { defineRoute } from './define-route.ts';

export const eventRoutes = [
  defineRoute({
    method: 'get',
    path: paths.events.index,
    access: 'management',
    handler: (controllers) => controllers.events.index,
  }),
  defineRoute({
    method: 'get',
    path: paths.events.workbook,
    access: 'management',
    handler: (controllers) => controllers.events.workbook,
  }),
  defineRoute({
    method: 'get',
    path: paths.events.report,
    access: 'management',
    handler: (controllers) => controllers.events.report,
  }),
  defineRoute({
    method: 'get',
    path: paths.events.csv,
    access: 'management',
    handler: (controllers) => controllers.events.csv,
  }),
  defineRoute({
    method: 'get',
    path: paths.events.show,
    access: 'management',
    handler: (controllers) => controllers.events.show,
  }),
];
