import type { Database } from '../database/knex.ts';
import { NotFound } from '../domain/errors.ts';
import type { Role } from '../domain/role.ts';

/** A role with what the catalogue says of it. */
export interface RoleDetails extends Role {
  applicationId: number;
  applicationCode: string;
  applicationName: string;
  theme: string;
  description: string;
  audience: string;
  procedure: string | null;
  defaultDurationDays: number | null;
}

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
  description: 'roles.description',
  audience: 'roles.audience',
  procedure: 'roles.procedure',
  defaultDurationDays: 'roles.default_duration_days',
};

/** The roles and their applications: reference data. */
export function roleRepository(db: Database) {
  const roles = () =>
    db('roles')
      .join('applications', 'applications.id', 'roles.application_id')
      .select(COLUMNS, db.raw('roles.closed_at IS NOT NULL AS closed'))
      .orderBy(['applications.position', 'roles.position']);

  const first = async (column: string, value: string | number): Promise<RoleDetails | undefined> =>
    (await roles().where(column, value))[0];

  return {
    /** Every role, in the order of the reference data: by theme, application, role. */
    async all(): Promise<RoleDetails[]> {
      return roles();
    },
    findByCode: (code: string) => first('roles.code', code),
    /** @throws NotFound */
    async get(id: number): Promise<RoleDetails> {
      const role = await first('roles.id', id);
      if (!role) throw new NotFound();
      return role;
    },
    /** @throws NotFound */
    async getByCode(code: string): Promise<RoleDetails> {
      const role = await first('roles.code', code);
      if (!role) throw new NotFound();
      return role;
    },
    /** The one role that stands for the delegation. */
    async localAdministrator(): Promise<RoleDetails> {
      const role = await first('roles.kind', 'local_administrator');
      if (!role) throw new Error('the role of the delegation is missing: load the reference data');
      return role;
    },
  };
}
