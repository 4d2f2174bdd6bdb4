import type { Database } from '../database/knex.ts';
import { NotFound } from '../domain/errors.ts';
import { type Edited, editedColumns, editedNow } from './reference-data.ts';
import { type ApplicationLabel, snapshotOf } from './snapshot.ts';

/** What an administrateur Ucanss changes of an application. */
export interface ApplicationSettings {
  name: string;
  theme: string;
  /** Where it opens, an address of http or https; null where it has none. */
  address: string | null;
}

type EditedApplication = { id: number; code: string } & ApplicationSettings & Edited;

/** The applications, which roles belong to: reference data. */
export function applicationRepository(db: Database) {
  return {
    /** Every application by theme, both in alphabetical order, for a list to choose from: no act judges by it. */
    all: async (): Promise<ApplicationLabel[]> => [...(await snapshotOf(db).current()).applications.values()],

    /** The themes that applications have, this one (null: none) left out, in alphabetical order. */
    async themes(exceptId: number | null): Promise<string[]> {
      return db('applications')
        .distinct('theme')
        .modify((query) => exceptId !== null && query.whereNot({ id: exceptId }))
        .orderBy('theme')
        .pluck('theme');
    },

    /** The application with who changed it last. @throws NotFound */
    async getEdited(id: number): Promise<EditedApplication> {
      const application: EditedApplication | undefined = await db('applications')
        .leftJoin('accounts AS editor', 'editor.id', 'applications.edited_by')
        .select({
          id: 'applications.id',
          code: 'applications.code',
          name: 'applications.name',
          theme: 'applications.theme',
          address: 'applications.address',
          ...editedColumns(db, 'applications'),
        })
        .where('applications.id', id)
        .first();
      if (!application) throw new NotFound();
      return application;
    },

    /** Adds an application after all the others; returns its identifier. */
    async add({ code, name, theme, address }: { code: string } & ApplicationSettings): Promise<number> {
      const position = db.raw('(SELECT coalesce(max(position), 0) + 1 FROM applications)');
      const [added] = await db('applications')
        .insert({ code, name, theme, address, position })
        .returning('id');
      return added.id;
    },

    async change(
      id: number,
      { name, theme, address }: ApplicationSettings,
      edit: { at: Date; by: number },
    ): Promise<void> {
      await db('applications')
        .where({ id })
        .update({ name, theme, address, ...editedNow(db, edit) });
    },
  };
}
