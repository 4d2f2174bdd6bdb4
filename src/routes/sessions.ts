import { paths } from '../paths.ts';
import { defineRoute } from './define-route.ts';

export const sessionRoutes = [
  defineRoute({
    method: 'get',
    path: paths.signIn,
    access: 'public',
    handler: (controllers) => controllers.sessions.new,
  }),
  defineRoute({
    method: 'post',
    path: paths.signIn,
    access: 'public',
    handler: (controllers) => controllers.sessions.create,
  }),
  defineRoute({
    method: 'post',
    path: paths.signOut,
    access: 'public',
    handler: (controllers) => controllers.sessions.destroy,
  }),
  defineRoute({
    method: 'post',
    path: paths.extendSession,
    access: 'signed-in',
    handler: (controllers) => controllers.sessions.extend,
  }),
  defineRoute({
    method: 'post',
    path: paths.currentOrganism,
    access: 'management',
    handler: (controllers) => controllers.currentOrganism.update,
  }),
  defineRoute({
    method: 'get',
    path: paths.management,
    access: 'management',
    handler: (controllers) => controllers.currentOrganism.home,
  }),
];
