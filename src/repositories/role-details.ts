import type { Role } from '../domain/role.ts';

/** A role with what the catalogue says of it. */
export interface RoleDetails extends Role {
  applicationId: number;
  applicationCode: string;
  applicationName: string;
  theme: string;
  /** Where the application opens; null where it has no address. */
  applicationAddress: string | null;
  description: string;
  audience: string;
  procedure: string | null;
  defaultDurationDays: number | null;
}

/** The columns of roles, joined to applications. */
const COLUMNS = {
  id: 'roles.id',
  code: 'roles.code',
  label: 'roles.label',
  kind: 'roles.kind',
  validator: 'roles.validator',
  requestMode: 'roles.request_mode',
  applicationId: 'applications.id',
  applicationCode: 'applications.code',
  applicationName: 'applications.name',
  theme: 'applications.theme',
  applicationAddress: 'applications.address',
  description: 'roles.description',
  audience: 'roles.audience',
  procedure: 'roles.procedure',
  defaultDurationDays: 'roles.default_duration_days',
  closed: 'roles.closed_at IS NOT NULL',
};

/** What follows SELECT for a RoleDetails. */
export const ROLE = Object.entries(COLUMNS)
  .map(([name, column]) => `${column} AS "${name}"`)
  .join(', ');
