import type { RequestHandler } from 'express';
import type { Controllers } from '../controllers/index.ts';
import { type Parametrised, paths } from '../paths.ts';
import { defineRoute } from './define-route.ts';

/** A list of reference data, its Excel, its PDF, its CSV. */
const listRoutes = (list: 'roles' | 'organisms') =>
  (['index', 'workbook', 'report', 'csv'] as const).map((page) =>
    defineRoute({
      method: 'get',
      path: paths[list][page],
      access: 'national',
      handler: (controllers) => controllers[list][page],
    }),
  );

/** A form, and what it sends. */
const formRoutes = (
  path: string | Parametrised,
  handlers: (controllers: Controllers) => { show: RequestHandler; save: RequestHandler },
) => [
  defineRoute({
    method: 'get',
    path,
    access: 'national-act',
    handler: (controllers) => handlers(controllers).show,
  }),
  defineRoute({
    method: 'post',
    path,
    access: 'national-act',
    handler: (controllers) => handlers(controllers).save,
  }),
];

/** « Applications et rôles », « Organismes »: what Ucanss keeps for everyone. */
export const referenceDataRoutes = [
  ...listRoutes('roles'),
  ...formRoutes(paths.roles.new, ({ roleEditing }) => roleEditing.creation),
  ...formRoutes(paths.roles.edit, ({ roleEditing }) => roleEditing.edition),
  ...formRoutes(paths.roles.newApplication, ({ applicationEditing }) => applicationEditing.creation),
  ...formRoutes(paths.roles.editApplication, ({ applicationEditing }) => applicationEditing.edition),
  ...listRoutes('organisms'),
  ...formRoutes(paths.organisms.new, ({ organismEditing }) => organismEditing.creation),
  ...formRoutes(paths.organisms.edit, ({ organismEditing }) => organismEditing.edition),
];
