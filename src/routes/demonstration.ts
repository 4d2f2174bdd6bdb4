import { paths } from '../paths.ts';
import { defineRoute } from './define-route.ts';

export const demonstrationRoutes = [
  defineRoute({
    method: 'get',
    path: paths.demonstrationMessages,
    access: 'demonstration',
    handler: (controllers) => controllers.demonstration.messages,
  }),
];
