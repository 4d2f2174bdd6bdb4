import { paths } from '../paths.ts';
import { defineRoute } from './define-route.ts';

/** The fixed addresses come first: a token may be any word. */
export const passwordRoutes = [
  defineRoute({
    method: 'get',
    path: paths.password.forgotten,
    access: 'public',
    handler: (controllers) => controllers.passwords.forgotten,
  }),
  defineRoute({
    method: 'post',
    path: paths.password.forgotten,
    access: 'public',
    handler: (controllers) => controllers.passwords.ask,
  }),
  defineRoute({
    method: 'post',
    path: paths.password.strength,
    access: 'public',
    handler: (controllers) => controllers.passwords.strength,
  }),
  defineRoute({
    method: 'get',
    path: paths.password.reset,
    access: 'public',
    handler: (controllers) => controllers.passwords.reset.new,
  }),
  defineRoute({
    method: 'post',
    path: paths.password.reset,
    access: 'public',
    handler: (controllers) => controllers.passwords.reset.create,
  }),
  defineRoute({
    method: 'get',
    path: paths.activation,
    access: 'public',
    handler: (controllers) => controllers.passwords.activation.new,
  }),
  defineRoute({
    method: 'post',
    path: paths.activation,
    access: 'public',
    handler: (controllers) => controllers.passwords.activation.create,
  }),
];
