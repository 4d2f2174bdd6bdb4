import type { Database } from '../database/knex.ts';
import type { OrganismName } from '../domain/actor.ts';
import { NotFound } from '../domain/errors.ts';
import type { OpenOrganism } from '../domain/organism-choice.ts';

/** The organisms, as reference data. */
export function organismRepository(db: Database) {
  return {
    /** The organism with this exact code, or undefined. */
    async findByCode(code: string): Promise<OrganismName | undefined> {
      return db<OrganismName>('organisms').first('id', 'code', 'name').where({ code });
    },

    /** @throws NotFound */
    async get(id: number): Promise<OrganismName> {
      const organism = await db<OrganismName>('organisms').first('id', 'code', 'name').where({ id });
      if (!organism) throw new NotFound();
      return organism;
    },

    /** Every organism in alphabetical order, for a list to choose from. */
    async all(): Promise<OrganismName[]> {
      return db<OrganismName>('organisms').select('id', 'code', 'name').orderByRaw('name_key, id');
    },

    /** Every organism that is not closed, in alphabetical order, as someone who asks for an account finds them. */
    async open(): Promise<OpenOrganism[]> {
      return db<OpenOrganism>('organisms')
        .select('id', 'code', 'name', 'city', 'department', { mailDomain: 'mail_domain' })
        .whereNull('closed_at')
        .orderByRaw('name_key, id');
    },
  };
}
