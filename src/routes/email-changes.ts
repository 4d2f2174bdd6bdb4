import { paths } from '../paths.ts';
import { defineRoute } from './define-route.ts';

/** Changing an address: asked from the account page or from « Mes informations », confirmed by a link. */
export const emailChangeRoutes = [
  defineRoute({
    method: 'get',
    path: paths.accounts.changeEmail,
    access: 'management-act',
    handler: (controllers) => controllers.emailChanges.edit,
  }),
  defineRoute({
    method: 'post',
    path: paths.accounts.changeEmail,
    access: 'management-act',
    handler: (controllers) => controllers.emailChanges.ask,
  }),
  defineRoute({
    method: 'post',
    path: paths.accounts.cancelEmailChange,
    access: 'management-act',
    handler: (controllers) => controllers.emailChanges.cancel,
  }),
  defineRoute({
    method: 'get',
    path: paths.ownEmailChange.ask,
    access: 'signed-in',
    handler: (controllers) => controllers.ownEmailChange.edit,
  }),
  defineRoute({
    method: 'post',
    path: paths.ownEmailChange.ask,
    access: 'signed-in',
    handler: (controllers) => controllers.ownEmailChange.ask,
  }),
  defineRoute({
    method: 'post',
    path: paths.ownEmailChange.cancel,
    access: 'signed-in',
    handler: (controllers) => controllers.ownEmailChange.cancel,
  }),
  // The fixed address comes first: a token may be any word.
  defineRoute({
    method: 'get',
    path: paths.emailChanges.confirmed,
    access: 'public',
    handler: (controllers) => controllers.emailConfirmation.confirmed,
  }),
  defineRoute({
    method: 'get',
    path: paths.emailChanges.confirmation,
    access: 'public',
    handler: (controllers) => controllers.emailConfirmation.show,
  }),
  defineRoute({
    method: 'post',
    path: paths.emailChanges.confirmation,
    access: 'public',
    handler: (controllers) => controllers.emailConfirmation.confirm,
  }),
];
