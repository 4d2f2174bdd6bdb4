import { paths } from '../paths.ts';
import { defineRoute } from './define-route.ts';

/** Changing an address: asked from the account page or from « Mes informations », answered there or by a link. */
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
  defineRoute({
    method: 'get',
    path: paths.ownEmailChange.agree,
    access: 'signed-in',
    handler: (controllers) => controllers.emailConfirmation.showOwn,
  }),
  defineRoute({
    method: 'post',
    path: paths.ownEmailChange.agree,
    access: 'signed-in',
    handler: (controllers) => controllers.emailConfirmation.answerOwn,
  }),
  defineRoute({
    method: 'get',
    path: paths.ownEmailChange.refuse,
    access: 'signed-in',
    handler: (controllers) => controllers.emailConfirmation.showOwnRefusal,
  }),
  defineRoute({
    method: 'post',
    path: paths.ownEmailChange.refuse,
    access: 'signed-in',
    handler: (controllers) => controllers.emailConfirmation.refuseOwn,
  }),
  defineRoute({
    method: 'get',
    path: paths.emailChanges.outcome,
    access: 'public',
    handler: (controllers) => controllers.emailConfirmation.outcome,
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
    handler: (controllers) => controllers.emailConfirmation.answer,
  }),
  defineRoute({
    method: 'get',
    path: paths.emailChanges.refusal,
    access: 'public',
    handler: (controllers) => controllers.emailConfirmation.showRefusal,
  }),
  defineRoute({
    method: 'post',
    path: paths.emailChanges.refusal,
    access: 'public',
    handler: (controllers) => controllers.emailConfirmation.refuse,
  }),
];
