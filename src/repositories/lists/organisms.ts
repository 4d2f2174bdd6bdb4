import type { Database } from '../../database/knex.ts';
import { ordered, StatementValues, where } from '../../database/sql.ts';
import { searchWords } from '../../domain/search.ts';
import { placedPage } from './placed-page.ts';
import { type StreamOptions, streamRows } from './query.ts';
import { holdsWord } from './words.ts';

type OrganismSort = 'nom' | 'code' | 'branche' | 'departement' | 'ville' | 'domaine';

interface OrganismFilter {
  /** « Rechercher »: words looked for in every element of the list. */
  words: string;
  /** Name of a branch, or '' for all. */
  branch: string;
  state: 'ouvert' | 'ferme' | '';
  sort: OrganismSort;
  direction: 'asc' | 'desc';
}

/** A line of « Organismes ». */
interface OrganismRow {
  id: number;
  code: string;
  name: string;
  acronym: string;
  /** As screens show it: « Branche Famille ». */
  branch: string;
  department: string;
  region: string;
  city: string;
  mailDomain: string | null;
  closedAt: Date | null;
}

const BY_NAME = ['o.name_key', 'o.id'];

// Every order ends on something unique.
const ORDERS: Record<OrganismSort, readonly string[]> = {
  nom: BY_NAME,
  code: ['o.code COLLATE "C"'],
  branche: ['b.label', ...BY_NAME],
  departement: ['o.department COLLATE "C"', ...BY_NAME],
  ville: ['normalised(o.city)', ...BY_NAME],
  domaine: ['o.mail_domain COLLATE "C"', ...BY_NAME],
};

// What a line shows in words, as searches look for it.
const SHOWN = `(searchable(concat_ws(' ', o.name, o.code, o.acronym, o.city, o.department, o.region, o.mail_domain, b.label)) COLLATE "C")`;

/** The read model of « Organismes »: some 290 of them, read whole. */
export function organismList(db: Database) {
  return {
    /** One page, from 1; the total is exact. */
    page(filter: OrganismFilter, place: { page: number; size: number }) {
      const values = new StatementValues();
      return placedPage<OrganismRow>(db, listed(filter, values), values, place);
    },

    /** Every organism that the filter selects, in its order, in batches: for an export. */
    async *stream(filter: OrganismFilter, options: StreamOptions) {
      const values = new StatementValues();
      const text = `${listed(filter, values)} ORDER BY place`;
      yield* streamRows<OrganismRow>(db, text, values.list, options);
    },
  };
}

function listed({ words, branch, state, sort, direction }: OrganismFilter, values: StatementValues): string {
  const order = ordered(ORDERS[sort], direction, 'NULLS LAST');
  const conditions: string[] = [];
  if (branch !== '') conditions.push(`b.name = ${values.add(branch)}`);
  if (state !== '') conditions.push(`o.closed_at IS ${state === 'ouvert' ? '' : 'NOT '}NULL`);
  for (const word of searchWords(words)) conditions.push(holdsWord(SHOWN, word, values));
  return `
    SELECT o.id, o.code, o.name, o.acronym, b.label AS branch, o.department, o.region, o.city,
      o.mail_domain AS "mailDomain", o.closed_at AS "closedAt", row_number() OVER (ORDER BY ${order}) AS place
    FROM organisms o JOIN branches b ON b.id = o.branch_id
    ${where(conditions)}`;
}
