import { paths } from '../paths.ts';
import { defineRoute } from './define-route.ts';

/** « Messages »: those that did not leave, for who administers nationally. */
export const messageRoutes = [
  defineRoute({
    method: 'get',
    path: paths.messages.index,
    access: 'national',
    handler: (controllers) => controllers.messages.index,
  }),
  defineRoute({
    method: 'post',
    path: paths.messages.resend,
    access: 'national-act',
    handler: (controllers) => controllers.messages.resend,
  }),
];
