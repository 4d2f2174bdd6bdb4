import { paths } from '../paths.ts';
import { defineRoute } from './define-route.ts';

export const pageRoutes = [
  defineRoute({
    method: 'get',
    path: paths.help,
    access: 'public',
    handler: (controllers) => controllers.pages.help,
  }),
  defineRoute({
    method: 'get',
    path: paths.accessibility,
    access: 'public',
    handler: (controllers) => controllers.pages.accessibility,
  }),
  defineRoute({
    method: 'get',
    path: paths.personalData,
    access: 'public',
    handler: (controllers) => controllers.pages.personalData,
  }),
];
