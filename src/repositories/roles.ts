import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import { HOLDS } from '../database/sql.ts';
import { NotFound } from '../domain/errors.ts';
import { type Edited, editedColumns, editedNow } from './reference-data.ts';
import { ROLE, type RoleDetails } from './role-details.ts';
import { snapshotOf } from './snapshot.ts';

export type { RoleDetails } from './role-details.ts';

/** What an administrateur Ucanss changes of a role. */
export type RoleSettings = Pick<
  RoleDetails,
  | 'label'
  | 'description'
  | 'audience'
  | 'validator'
  | 'requestMode'
  | 'procedure'
  | 'defaultDurationDays'
  | 'closed'
>;

export type EditedRole = RoleDetails & Edited;

// Asked by every act: prepared, where the lists are built.
const ONE = `
  SELECT ${ROLE} FROM roles JOIN applications ON applications.id = roles.application_id WHERE`;

/** What hangs on a role: who holds it, what waits for it, and whether its application has no other open one. */
export interface RoleUsage {
  holders: number;
  pending: number;
  isLast: boolean;
}

/** The roles and their applications: reference data. */
export function roleRepository(db: Database) {
  const roles = () =>
    db('roles')
      .join('applications', 'applications.id', 'roles.application_id')
      .select(db.raw(ROLE))
      .orderBy(['applications.position', 'roles.position']);

  const first = async (
    column: 'roles.id' | 'roles.code' | 'roles.kind',
    value: string | number,
  ): Promise<RoleDetails | undefined> =>
    (await preparedQuery<RoleDetails>(db, `${ONE} ${column} = $1`, [value]))[0];

  return {
    /** Every role, in the order of the reference data: by application, role. For pages: no act judges by it. */
    all: async (): Promise<RoleDetails[]> => [...(await snapshotOf(db).current()).roles.values()],
    /** These roles, as they stand, by their identifiers: what an act judges. Unknown ones are not there. */
    async ofEach(ids: readonly number[]): Promise<Map<number, RoleDetails>> {
      const found = ids.length === 0 ? [] : await roles().whereIn('roles.id', ids);
      return new Map(found.map((role) => [role.id, role]));
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
    /** The role with who changed it last. @throws NotFound */
    async getEdited(id: number): Promise<EditedRole> {
      const role: EditedRole | undefined = await roles()
        .leftJoin('accounts AS editor', 'editor.id', 'roles.edited_by')
        .select(editedColumns(db, 'roles'))
        .where('roles.id', id)
        .first();
      if (!role) throw new NotFound();
      return role;
    },

    /** Adds an ordinary role to an application, after all the others; returns its identifier. */
    async add(role: { code: string; applicationId: number; at: Date } & RoleSettings): Promise<number> {
      const [added] = await db('roles')
        .insert({
          application_id: role.applicationId,
          code: role.code,
          kind: 'ordinary',
          ...storedSettings(role),
          closed_at: role.closed ? role.at : null,
          position: db.raw('(SELECT coalesce(max(position), 0) + 1 FROM roles)'),
        })
        .returning('id');
      return added.id;
    },

    /** Changes a role. Closing it keeps the day it was first closed; opening it again forgets that day. */
    async change(id: number, settings: RoleSettings, edit: { at: Date; by: number }): Promise<void> {
      await db('roles')
        .where({ id })
        .update({
          ...storedSettings(settings),
          closed_at: settings.closed ? db.raw('coalesce(closed_at, ?)', [edit.at]) : null,
          ...editedNow(db, edit),
        });
    },

    /** What hangs on a role: people who have it, and requests that wait for a decision. */
    async usage(id: number, today: string): Promise<RoleUsage> {
      const found = await db.raw(
        `SELECT
           (SELECT count(*) FROM assignments
            WHERE role_id = ? AND ${HOLDS('assignments', '?')}) AS holders,
           (SELECT count(*) FROM requests WHERE role_id = ? AND status = 'pending') AS pending,
           NOT EXISTS (
             SELECT FROM roles other JOIN roles own USING (application_id)
             WHERE own.id = ? AND other.id <> own.id AND other.closed_at IS NULL
           ) AS "isLast"`,
        [id, today, id, id],
      );
      return found.rows[0];
    },

    /** Requests for it that wait, and since when; `organismId` null: of every organism. */
    async waiting(id: number, organismId: number | null): Promise<{ count: number; since: Date | null }> {
      const waiting = await db('requests')
        .count({ count: '*' })
        .min({ since: 'submitted_at' })
        .where({ role_id: id, status: 'pending' })
        .modify((query) => organismId !== null && query.where({ organism_id: organismId }))
        .first();
      return { count: Number(waiting?.count), since: waiting?.since ?? null };
    },

    /** The one role that stands for the delegation. */
    async localAdministrator(): Promise<RoleDetails> {
      const role = await first('roles.kind', 'local_administrator');
      if (!role) throw new Error('the role of the delegation is missing: load the reference data');
      return role;
    },
  };
}

const storedSettings = (settings: RoleSettings) => ({
  label: settings.label,
  description: settings.description,
  audience: settings.audience,
  validator: settings.validator,
  request_mode: settings.requestMode,
  procedure: settings.procedure,
  default_duration_days: settings.defaultDurationDays,
});
