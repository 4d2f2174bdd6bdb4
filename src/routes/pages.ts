import { defineRoute } from './define-route.ts';
import { paths } from './paths.ts';

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
