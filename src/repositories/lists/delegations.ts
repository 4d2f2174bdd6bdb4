import type { Database } from '../../database/knex.ts';
import { endsSoon, HOLDS, ordered, StatementValues, where } from '../../database/sql.ts';
import { searchWords } from '../../domain/search.ts';
import type { Direction } from './person-order.ts';
import { type PlacedPage, placedPage } from './placed-page.ts';
import { holdsWord } from './words.ts';

type AdministratorSort = 'nom' | 'organisme' | 'email' | 'depuis' | 'par' | 'fin' | 'connexion';

interface AdministratorFilter {
  /** null: every organism. */
  organismId: number | null;
  /** « Rechercher »: words looked for in the person, and in the organism where they are all listed. */
  words: string;
  /** False for the delegations of deactivated accounts, which come back with the account. */
  active: boolean;
  /** Only those that end within 30 days. */
  endingSoon?: boolean;
  sort: AdministratorSort;
  direction: Direction;
}

/** A line of « Les administrateurs locaux » (R65). */
export interface AdministratorRow {
  id: number;
  lastName: string;
  firstName: string;
  email: string;
  /** The organism that they administer. */
  administeredId: number;
  /** Their own organism: it may be another one. */
  organismId: number;
  since: Date;
  /** « Prénom NOM »; null when a job or the reference data gave it. */
  grantedBy: string | null;
  /** Inclusive, 'YYYY-MM-DD'; null without end. */
  endsOn: string | null;
  lastSignInAt: Date | null;
}

// Every order ends on something unique.
const ORDERS: Record<AdministratorSort, readonly string[]> = {
  nom: ['a.last_key', 'a.first_key', 'a.id', 's.id'],
  organisme: ['o.name_key', 'o.id', 'a.last_key', 'a.first_key', 'a.id'],
  email: ['a.email COLLATE "C"', 's.id'],
  depuis: ['s.granted_at', 'a.last_key', 'a.id', 's.id'],
  par: ['g.last_key', 'g.first_key', 'a.last_key', 'a.id', 's.id'],
  fin: ['s.ends_on', 'a.last_key', 'a.id', 's.id'],
  connexion: ['a.last_sign_in_at', 'a.last_key', 'a.id', 's.id'],
};

/** The read model of « Les administrateurs locaux » (R65): who administers an organism, or any, on a day (P8). */
export function delegationList(db: Database) {
  return {
    /** One page, from 1; `today` is the day in Paris, 'YYYY-MM-DD'. */
    page(
      filter: AdministratorFilter,
      { today, ...window }: { page: number; size: number; today: string },
    ): Promise<PlacedPage<AdministratorRow>> {
      const values = new StatementValues();
      return placedPage(db, listed(filter, today, values), values, window);
    },
  };
}

function listed(
  { organismId, words, active, endingSoon, sort, direction }: AdministratorFilter,
  today: string,
  values: StatementValues,
) {
  const order = ordered(ORDERS[sort], direction, 'NULLS LAST');
  const day = values.add(today);
  const among = organismId === null ? [] : [`s.organism_id = ${values.add(organismId)}`];
  const searched =
    organismId === null ? `(a.search_key || ' ' || searchable(o.name) COLLATE "C")` : 'a.search_key';
  const conditions = [
    `s.role_kind = 'local_administrator'`,
    HOLDS('s', day),
    ...(endingSoon ? [endsSoon('s', day)] : []),
    ...among,
    active ? 'a.active' : 'NOT a.active',
    ...searchWords(words).map((word) => holdsWord(searched, word, values)),
  ];
  return `
    SELECT a.id, a.last_name AS "lastName", a.first_name AS "firstName", a.email, a.organism_id AS "organismId",
      s.organism_id AS "administeredId",
      s.granted_at AS since, g.first_name || ' ' || g.last_name AS "grantedBy", s.ends_on AS "endsOn",
      a.last_sign_in_at AS "lastSignInAt", row_number() OVER (ORDER BY ${order}) AS place
    FROM assignments s JOIN accounts a ON a.id = s.account_id JOIN organisms o ON o.id = s.organism_id
    LEFT JOIN accounts g ON g.id = s.granted_by
    ${where(conditions)}`;
}
