import type { Database } from '../../database/knex.ts';
import { ordered, StatementValues, where } from '../../database/sql.ts';
import { searchWords } from '../../domain/search.ts';
import { roleHolderRepository } from '../role-holders.ts';
import { placedPage } from './placed-page.ts';
import { holdsWord } from './words.ts';

interface RoleOrganismFilter {
  roleId: number;
  /** « Rechercher »: words looked for in the name and the code. */
  words: string;
  sort: 'nom' | 'personnes';
  direction: 'asc' | 'desc';
}

/** An organism where people hold the role. */
interface RoleOrganismRow {
  id: number;
  code: string;
  name: string;
  holders: number;
}

// Every order ends on something unique.
const ORDERS: Record<RoleOrganismFilter['sort'], readonly string[]> = {
  nom: ['o.name_key', 'o.id'],
  personnes: ['holders', 'o.id'],
};

const SHOWN = `(searchable(concat_ws(' ', o.name, o.code)) COLLATE "C")`;

/** How many active people of each organism hold a role today; those where nobody does are left out. */
export function roleOrganismList(db: Database) {
  return {
    /** One page, from 1; the total is exact. `today` is the day in Paris on which rights hold (P8). */
    async page(
      { roleId, words, sort, direction }: RoleOrganismFilter,
      { today, ...window }: { page: number; size: number; today: string },
    ) {
      const expired = await roleHolderRepository(db, roleId).expired(today);
      const values = new StatementValues();
      const conditions = searchWords(words).map((word) => holdsWord(SHOWN, word, values));
      const listed = `
        SELECT o.id, o.code, o.name, holders, row_number() OVER (ORDER BY ${ordered(ORDERS[sort], direction)}) AS place
        FROM organisms o JOIN (
          SELECT organism_id, count(*) AS holders FROM accounts
          WHERE active AND role_ids && ARRAY[${values.add(roleId)}::integer] AND email <> ALL(${values.add(expired)}::text[])
          GROUP BY organism_id
        ) AS held ON held.organism_id = o.id ${where(conditions)}`;
      return placedPage<RoleOrganismRow>(db, listed, values, window);
    },
  };
}
