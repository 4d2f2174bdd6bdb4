import { paths } from '../paths.ts';
import { defineRoute } from './define-route.ts';

/** The page of an account, its history, its creation. After the routes of the list: `/nouveau` is no identifier. */
export const accountRecordRoutes = [
  defineRoute({
    method: 'get',
    path: paths.accounts.new,
    access: 'management-act',
    handler: (controllers) => controllers.accountCreation.new,
  }),
  defineRoute({
    method: 'post',
    path: paths.accounts.new,
    access: 'management-act',
    handler: (controllers) => controllers.accountCreation.create,
  }),
  defineRoute({
    method: 'get',
    path: paths.accounts.show,
    access: 'management',
    handler: (controllers) => controllers.accountRecord.show,
  }),
  defineRoute({
    method: 'get',
    path: paths.accounts.history,
    access: 'management',
    handler: (controllers) => controllers.accountRecord.history,
  }),
  defineRoute({
    method: 'get',
    path: `${paths.accounts.history.pattern}.xlsx`,
    access: 'management',
    handler: (controllers) => controllers.accountRecord.workbook,
  }),
  defineRoute({
    method: 'get',
    path: `${paths.accounts.history.pattern}.pdf`,
    access: 'management',
    handler: (controllers) => controllers.accountRecord.report,
  }),
  defineRoute({
    method: 'get',
    path: `${paths.accounts.history.pattern}.csv`,
    access: 'management',
    handler: (controllers) => controllers.accountRecord.csv,
  }),
  defineRoute({
    method: 'get',
    path: paths.accounts.edit,
    access: 'management-act',
    handler: (controllers) => controllers.accountEditing.edit,
  }),
  defineRoute({
    method: 'post',
    path: paths.accounts.edit,
    access: 'management-act',
    handler: (controllers) => controllers.accountEditing.update,
  }),
  defineRoute({
    method: 'get',
    path: paths.accounts.endDate,
    access: 'management-act',
    handler: (controllers) => controllers.accountAssignments.end,
  }),
  defineRoute({
    method: 'post',
    path: paths.accounts.endDate,
    access: 'management-act',
    handler: (controllers) => controllers.accountAssignments.setEnd,
  }),
  defineRoute({
    method: 'post',
    path: paths.accounts.keep,
    access: 'management-act',
    handler: (controllers) => controllers.accountAssignments.keep,
  }),
];
