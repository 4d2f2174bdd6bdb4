import { paths } from '../paths.ts';
import { defineRoute } from './define-route.ts';

// The pages of outcomes come before the link: a token is never one of their names.
export const registrationRoutes = [
  defineRoute({
    method: 'get',
    path: paths.registration.new,
    access: 'public',
    handler: (controllers) => controllers.registration.new,
  }),
  defineRoute({
    method: 'post',
    path: paths.registration.new,
    access: 'public',
    handler: (controllers) => controllers.registration.create,
  }),
  defineRoute({
    method: 'get',
    path: paths.registration.sent,
    access: 'public',
    handler: (controllers) => controllers.registration.sent,
  }),
  defineRoute({
    method: 'get',
    path: paths.registration.confirmed,
    access: 'public',
    handler: (controllers) => controllers.registration.confirmed,
  }),
  defineRoute({
    method: 'get',
    path: paths.registration.confirmation,
    access: 'public',
    handler: (controllers) => controllers.registration.confirmation,
  }),
  defineRoute({
    method: 'post',
    path: paths.registration.confirmation,
    access: 'public',
    handler: (controllers) => controllers.registration.confirm,
  }),
];
