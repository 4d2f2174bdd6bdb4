import type { Database } from '../database/knex.ts';
import type { OrganismName } from '../domain/actor.ts';

/** The organisms, as reference data. */
export function organismRepository(db: Database) {
  return {
    /** The organism with this exact code, or undefined. */
    async findByCode(code: string): Promise<OrganismName | undefined> {
      return db<OrganismName>('organisms').first('id', 'code', 'name').where({ code });
    },

    /** Every organism in alphabetical order, for a list to choose from. */
    async all(): Promise<OrganismName[]> {
      return db<OrganismName>('organisms').select('id', 'code', 'name').orderByRaw('name_key, id');
    },
  };
}
