import { applicationEditingController } from '../controllers/application-editing.ts';
import { organismEditingController } from '../controllers/organism-editing.ts';
import { roleEditingController } from '../controllers/role-editing.ts';
import { roleRecordController } from '../controllers/role-record.ts';
import { organisms } from '../lists/organisms.ts';
import { roles } from '../lists/roles.ts';
import { paths } from '../paths.ts';
import { listRoutes, routesOf } from './define-route.ts';

const applicationForms = routesOf(applicationEditingController);
const roleForms = routesOf(roleEditingController);
const roleRecord = routesOf(roleRecordController);
const organismForms = routesOf(organismEditingController);

/** « Applications et rôles », « Organismes »: what Ucanss keeps for everyone. */
export const referenceDataRoutes = [
  ...listRoutes(roles, 'national'),
  ...roleForms.form(paths.roles.new, 'national-act', ({ creation }) => creation),
  ...roleForms.form(paths.roles.edit, 'national-act', ({ edition }) => edition),
  roleRecord.get(paths.roles.show, 'management', ({ show }) => show),
  ...applicationForms.form(paths.roles.newApplication, 'national-act', ({ creation }) => creation),
  ...applicationForms.form(paths.roles.editApplication, 'national-act', ({ edition }) => edition),
  ...listRoutes(organisms, 'national'),
  ...organismForms.form(paths.organisms.new, 'national-act', ({ creation }) => creation),
  ...organismForms.form(paths.organisms.edit, 'national-act', ({ edition }) => edition),
];
