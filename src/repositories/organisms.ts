import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import type { AdministeredOrganism, OrganismName } from '../domain/actor.ts';
import { NotFound } from '../domain/errors.ts';
import type { OpenOrganism } from '../domain/organism-choice.ts';
import type { Article } from '../domain/organism-name.ts';
import { type Edited, editedColumns, editedNow } from './reference-data.ts';
import { pendingOf, peopleToReview, upToShown } from './request-deciders.ts';
import { snapshotOf } from './snapshot.ts';

/** What an administrateur Ucanss changes of an organism. `branch` is a name, `mailDomain` null where unknown. */
export interface OrganismSettings {
  name: string;
  acronym: string;
  branch: string;
  department: string;
  region: string;
  city: string;
  mailDomain: string | null;
  /** Null where the first word of the name says it. */
  article: Article | null;
  closed: boolean;
}

export type EditedOrganism = { id: number; code: string } & OrganismSettings & Edited;

const COVERED = `
  SELECT o.id, o.code, o.name, ${upToShown(pendingOf.localOf('o.id', '$2'))} AS "pendingRequests",
    ${upToShown(pendingOf.ucanssOf('o.id', '$2', '$3'))} AS "ucanssRequests",
    ${upToShown(peopleToReview('o.id'))} AS "peopleToReview"
  FROM organisms o WHERE o.code = $1`;

/** The organisms, as reference data. */
export function organismRepository(db: Database) {
  return {
    /** The organism with this exact code, or undefined. */
    async findByCode(code: string): Promise<OrganismName | undefined> {
      return db<OrganismName>('organisms').first('id', 'code', 'name').where({ code });
    },

    /** The same with its pending requests, at most 1,000 of each, for the badge of who covers it on that day. */
    async findCovered(
      code: string,
      { id, today }: { id: number; today: string },
    ): Promise<AdministeredOrganism | undefined> {
      const [organism] = await preparedQuery<AdministeredOrganism>(db, COVERED, [code, today, id]);
      return organism;
    },

    /** @throws NotFound */
    async get(id: number): Promise<OrganismName> {
      const organism = await db<OrganismName>('organisms').first('id', 'code', 'name').where({ id });
      if (!organism) throw new NotFound();
      return organism;
    },

    /** Every organism in alphabetical order, for a list to choose from: no act judges by it. */
    all: async (): Promise<OrganismName[]> => [...(await snapshotOf(db).current()).organisms.values()],

    /** Every organism that is not closed, in alphabetical order, as someone who asks for an account finds them. */
    async open(): Promise<OpenOrganism[]> {
      return db<OpenOrganism>('organisms')
        .select('id', 'code', 'name', 'city', 'department', { mailDomain: 'mail_domain' })
        .whereNull('closed_at')
        .orderByRaw('name_key, id');
    },

    /** The branches, in alphabetical order. */
    async branches(): Promise<{ name: string; label: string }[]> {
      return db('branches').select('name', 'label').orderBy('label');
    },

    /** The mail domain of an organism, where it is known. */
    async mailDomainOf(id: number): Promise<string | null> {
      return (await db('organisms').first('mail_domain').where({ id }))?.mail_domain ?? null;
    },

    /** True once Ucanss has closed it: its people stay, nobody joins. An unknown organism is not. */
    async isClosed(id: number): Promise<boolean> {
      return (await db('organisms').first('id').where({ id }).whereNotNull('closed_at')) !== undefined;
    },

    /** The organism whole, with who changed it last. @throws NotFound */
    async getEdited(id: number): Promise<EditedOrganism> {
      const organism: EditedOrganism | undefined = await db('organisms')
        .join('branches', 'branches.id', 'organisms.branch_id')
        .leftJoin('accounts AS editor', 'editor.id', 'organisms.edited_by')
        .select({
          id: 'organisms.id',
          code: 'organisms.code',
          name: 'organisms.name',
          acronym: 'acronym',
          branch: 'branches.name',
          department: 'department',
          region: 'region',
          city: 'city',
          mailDomain: 'mail_domain',
          article: 'article',
          closed: db.raw('closed_at IS NOT NULL'),
          ...editedColumns(db, 'organisms'),
        })
        .where('organisms.id', id)
        .first();
      if (!organism) throw new NotFound();
      return organism;
    },

    /** Adds an organism; returns its identifier. */
    async add(organism: { code: string; at: Date } & OrganismSettings): Promise<number> {
      const [added] = await db('organisms')
        .insert({
          code: organism.code,
          ...stored(db, organism),
          closed_at: organism.closed ? organism.at : null,
        })
        .returning('id');
      return added.id;
    },

    /** Changes an organism. Closing it keeps the day it was first closed; opening it again forgets that day. */
    async change(id: number, settings: OrganismSettings, edit: { at: Date; by: number }): Promise<void> {
      await db('organisms')
        .where({ id })
        .update({
          ...stored(db, settings),
          closed_at: settings.closed ? db.raw('coalesce(closed_at, ?)', [edit.at]) : null,
          ...editedNow(db, edit),
        });
    },

    /** What hangs on an organism: its active people, and the requests that wait for a decision. */
    async usage(id: number): Promise<{ people: number; pending: number }> {
      const found = await db.raw(
        `SELECT
           (SELECT count(*) FROM accounts WHERE organism_id = ? AND active) AS people,
           (SELECT count(*) FROM requests WHERE organism_id = ? AND status = 'pending') AS pending`,
        [id, id],
      );
      return found.rows[0];
    },
  };
}

const stored = (db: Database, settings: OrganismSettings) => ({
  name: settings.name,
  acronym: settings.acronym,
  branch_id: db('branches').select('id').where({ name: settings.branch }),
  department: settings.department,
  region: settings.region,
  city: settings.city,
  mail_domain: settings.mailDomain,
  article: settings.article,
});
