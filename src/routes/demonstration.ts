import { defineRoute } from './define-route.ts';
import { paths } from './paths.ts';

export const demonstrationRoutes = [
  defineRoute({
    method: 'get',
    path: paths.demonstrationMessages,
    access: 'demonstration',
    handler: (controllers) => controllers.demonstration.messages,
  }),
];
