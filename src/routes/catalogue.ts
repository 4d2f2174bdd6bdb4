import { paths } from '../paths.ts';
import { defineRoute } from './define-route.ts';

export const catalogueRoutes = [
  defineRoute({
    method: 'get',
    path: paths.home,
    access: 'public',
    handler: (controllers) => controllers.catalogue.home,
  }),
  defineRoute({
    method: 'get',
    path: paths.catalogue.index,
    access: 'signed-in',
    handler: (controllers) => controllers.catalogue.index,
  }),
  defineRoute({
    method: 'get',
    path: paths.catalogue.show,
    access: 'signed-in',
    handler: (controllers) => controllers.applications.show,
  }),
  defineRoute({
    method: 'post',
    path: paths.catalogue.show,
    access: 'signed-in',
    handler: (controllers) => controllers.applications.ask,
  }),
];
