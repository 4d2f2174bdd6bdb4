import type { Database } from '../../database/knex.ts';
import {
  type FactorChoice,
  HAS_FACTOR,
  HOLDS,
  ofFactorChoice,
  ordered,
  StatementValues,
  where,
} from '../../database/sql.ts';
import { searchWords } from '../../domain/search.ts';
import type { Direction } from './person-order.ts';
import { type PlacedPage, placedPage } from './placed-page.ts';
import { type StreamOptions, streamRows } from './query.ts';
import { holdsWord } from './words.ts';

type NationalRoleSort = 'nom' | 'profil' | 'depuis' | 'par' | 'fin' | 'connexion';

interface NationalRoleFilter {
  /** « Rechercher »: words looked for in every element of the list. */
  words: string;
  factor: FactorChoice;
  sort: NationalRoleSort;
  direction: Direction;
}

/** A line of « Profils nationaux »: a person and one national role (P3b). */
export interface NationalRoleRow {
  /** Of the assignment: a person may hold both roles. */
  id: number;
  accountId: number;
  lastName: string;
  firstName: string;
  email: string;
  organism: string;
  organismCode: string;
  active: boolean;
  roleLabel: string;
  since: Date;
  /** « Prénom NOM »; null when a command or the reference data gave it. */
  grantedBy: string | null;
  /** Inclusive, 'YYYY-MM-DD'; null without end. */
  endsOn: string | null;
  lastSignInAt: Date | null;
  hasFactor: boolean;
}

const PERSON = ['a.last_key', 'a.first_key', 's.id'];

// Every order ends on something unique.
const ORDERS: Record<NationalRoleSort, readonly string[]> = {
  nom: PERSON,
  profil: ['r.label', ...PERSON],
  depuis: ['s.granted_at', ...PERSON],
  par: ['g.last_key', 'g.first_key', ...PERSON],
  fin: ['s.ends_on', ...PERSON],
  connexion: ['a.last_sign_in_at', ...PERSON],
};

// Everything that a line shows of the person, as searches look for it.
const SHOWN = `(concat_ws(' ', a.search_key, searchable(concat_ws(' ', o.name, o.code, r.label))) COLLATE "C")`;

/** The read model of « Profils nationaux »: a few people at most, read whole. */
export function nationalRoleList(db: Database) {
  return {
    /** One page, from 1; `today` is the day in Paris on which roles hold, 'YYYY-MM-DD' (P8). */
    page(
      filter: NationalRoleFilter,
      { today, ...window }: { page: number; size: number; today: string },
    ): Promise<PlacedPage<NationalRoleRow>> {
      const values = new StatementValues();
      return placedPage(db, listed(filter, today, values), values, window);
    },

    /** Every line that the filter selects, in its order, in batches: for an export. */
    async *stream(filter: NationalRoleFilter, { today, ...options }: StreamOptions & { today: string }) {
      const values = new StatementValues();
      const text = `${listed(filter, today, values)} ORDER BY place`;
      yield* streamRows<NationalRoleRow>(db, text, values.list, options);
    },
  };
}

function listed(
  { words, factor, sort, direction }: NationalRoleFilter,
  today: string,
  values: StatementValues,
): string {
  const order = ordered(ORDERS[sort], direction, 'NULLS LAST');
  const conditions = [
    `s.role_kind = 'national'`,
    HOLDS('s', values.add(today)),
    ...(factor === '' ? [] : [ofFactorChoice('a.id', factor)]),
    ...searchWords(words).map((word) => holdsWord(SHOWN, word, values)),
  ];
  return `
    SELECT s.id, a.id AS "accountId", a.last_name AS "lastName", a.first_name AS "firstName", a.email,
      o.name AS organism, o.code AS "organismCode", a.active, r.label AS "roleLabel", s.granted_at AS since,
      g.first_name || ' ' || g.last_name AS "grantedBy", s.ends_on AS "endsOn",
      a.last_sign_in_at AS "lastSignInAt", ${HAS_FACTOR('a.id')} AS "hasFactor", row_number() OVER (ORDER BY ${order}) AS place
    FROM assignments s JOIN roles r ON r.id = s.role_id JOIN accounts a ON a.id = s.account_id
    JOIN organisms o ON o.id = a.organism_id LEFT JOIN accounts g ON g.id = s.granted_by
    ${where(conditions)}`;
}
