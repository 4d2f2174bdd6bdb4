import { paths } from '../paths.ts';
import { defineRoute } from './define-route.ts';

export const myInformationRoutes = [
  defineRoute({
    method: 'get',
    path: paths.myInformation,
    access: 'signed-in',
    handler: (controllers) => controllers.myInformation.show,
  }),
  defineRoute({
    method: 'get',
    path: paths.ownRequests.cancel,
    access: 'signed-in',
    handler: (controllers) => controllers.ownRequests.confirmation,
  }),
  defineRoute({
    method: 'post',
    path: paths.ownRequests.cancel,
    access: 'signed-in',
    handler: (controllers) => controllers.ownRequests.cancel,
  }),
];
