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
import type { Counted } from './counted.ts';
import type { Direction } from './person-order.ts';
import { placedPage } from './placed-page.ts';
import { plannedQuery, type StreamOptions, streamQuery } from './query.ts';
import { holdsWord } from './words.ts';

export type DirectorySort = 'a-pourvoir' | 'organisme' | 'branche' | 'departement' | 'nom' | 'email';

export interface DirectoryFilter {
  /** null: every organism. */
  organismId: number | null;
  /** « Rechercher »: words looked for in every element of the list. */
  words: string;
  /** Name of a branch, or '' for all. */
  branch: string;
  /** Code of a department, or '' for all. */
  department: string;
  /** Only the organisms that nobody administers, or that one person alone does; '' for all. */
  having: '' | 'none' | 'one';
  factor: FactorChoice;
  /** True where it tells who has a second factor: to national profiles. */
  tellsFactors: boolean;
  sort: DirectorySort;
  direction: Direction;
}

/** A line of « Tous les administrateurs locaux » (R72): a person, or an organism that nobody administers. */
interface DirectoryRow {
  organismId: number;
  code: string;
  organism: string;
  branch: string;
  department: string;
  /** null where the organism has no active administrator. */
  administrator: Administrator | null;
}

type Administrator = Record<'lastName' | 'firstName' | 'email' | 'phone', string> & { hasFactor: boolean };

interface DirectoryPage {
  /** Empty beyond the last page. */
  rows: DirectoryRow[];
  total: number;
  /** Totals are always exact here. */
  atLeast: false;
}

interface DirectoryChoices {
  /** Branches that an organism has; `label` is what screens show. */
  branches: { name: string; label: string }[];
  departments: { code: string; region: string }[];
  organisms: number;
  /** How many of them nobody administers. */
  without: number;
}

interface StoredLine extends Omit<DirectoryRow, 'administrator'>, Administrator {
  place: number | null;
  accountId: number | null;
}

const ORGANISM = ['o.name_key', 'o.id'];
const PERSON = ['a.last_key', 'a.first_key', 'a.id'];

// Every order ends on something unique. Organisms without administrator come last where people are sorted.
const ORDERS: Record<DirectorySort, readonly string[]> = {
  // Those that nobody administers, then the others.
  'a-pourvoir': ['a.id IS NOT NULL', ...ORGANISM, ...PERSON],
  organisme: [...ORGANISM, ...PERSON],
  branche: ['b.label', ...ORGANISM, ...PERSON],
  departement: ['o.department COLLATE "C"', ...ORGANISM, ...PERSON],
  nom: [...PERSON, ...ORGANISM],
  email: ['a.email COLLATE "C"', ...ORGANISM],
};

// Everything that a line shows, as searches look for it.
const SHOWN = `(searchable(concat_ws(' ', a.last_name, a.first_name, a.email, a.phone, o.name, o.code, o.department, b.label)) COLLATE "C")`;

/**
 * The read model of « Tous les administrateurs locaux » (R72). Some 290 organisms with a few administrators each:
 * read whole, through the index of the administrators, then sorted.
 */
export function directoryList(db: Database) {
  return {
    /** One page, from 1; `today` is the day in Paris on which delegations hold, 'YYYY-MM-DD' (P8). */
    async page(
      filter: DirectoryFilter,
      { today, ...window }: { page: number; size: number; today: string },
    ): Promise<DirectoryPage> {
      const values = new StatementValues();
      const text = listed(filter, today, values);
      const { rows, ...count } = await placedPage<StoredLine>(db, text, values, window);
      return { rows: rows.map(toRow), ...count };
    },

    /** Every line that the filter selects, in its order, in batches: for an export. */
    async *stream(filter: DirectoryFilter, { today, ...options }: StreamOptions & { today: string }) {
      const values = new StatementValues();
      const text = `${listed(filter, today, values)} ORDER BY place`;
      yield* streamQuery<StoredLine, DirectoryRow>(db, text, values.list, options, async (rows) =>
        rows.map(toRow),
      );
    },

    /** What can be chosen among, and how many organisms have nobody on this day. */
    async choices(today: string): Promise<DirectoryChoices> {
      const [row] = await plannedQuery<DirectoryChoices>(
        db,
        `WITH open AS (
           SELECT o.branch_id, o.department, o.region, a.id FROM organisms o ${administered('$1')}
           WHERE o.closed_at IS NULL OR a.id IS NOT NULL
         )
         SELECT
           (SELECT json_agg(json_build_object('name', name, 'label', label) ORDER BY label)
            FROM branches WHERE id IN (SELECT branch_id FROM open)) AS branches,
           (SELECT json_agg(json_build_object('code', department, 'region', region) ORDER BY department COLLATE "C")
            FROM (SELECT department, min(region) AS region FROM open GROUP BY department) AS d) AS departments,
           (SELECT count(*) FROM organisms WHERE closed_at IS NULL) AS organisms,
           (SELECT count(*) FROM open WHERE id IS NULL) AS without`,
        [today],
      );
      return {
        branches: row?.branches ?? [],
        departments: row?.departments ?? [],
        organisms: row?.organisms ?? 0,
        without: row?.without ?? 0,
      };
    },

    /** How many organisms nobody administers on this day, how many one person alone does, and who has no second factor. */
    async lacking(today: string): Promise<Record<'without' | 'alone' | 'bare', Counted>> {
      const [row] = await plannedQuery<Record<'without' | 'alone' | 'bare', number>>(
        db,
        `SELECT count(*) FILTER (WHERE people = 0) AS without, count(*) FILTER (WHERE people = 1) AS alone,
           coalesce(sum(bare), 0) AS bare
         FROM (SELECT count(a.id) AS people, count(*) FILTER (WHERE ${ofFactorChoice('a.id', 'sans')}) AS bare FROM organisms o ${administered('$1')}
               WHERE o.closed_at IS NULL OR a.id IS NOT NULL GROUP BY o.id) AS each`,
        [today],
      );
      const exactly = (total = 0): Counted => ({ total, atLeast: false });
      return { without: exactly(row?.without), alone: exactly(row?.alone), bare: exactly(Number(row?.bare)) };
    },
  };
}

/** Joins to organisms `o` the accounts `a` that administer them, by delegations that hold, and are active. */
const administered = (today: string) => `
  LEFT JOIN (assignments s JOIN accounts a ON a.id = s.account_id AND a.active)
    ON s.organism_id = o.id AND s.role_kind = 'local_administrator' AND ${HOLDS('s', today)}`;

function listed(filter: DirectoryFilter, today: string, values: StatementValues): string {
  const order = ordered(ORDERS[filter.sort], filter.direction, 'NULLS LAST');
  // A closed organism is only shown while somebody still administers it.
  const conditions = ['(o.closed_at IS NULL OR a.id IS NOT NULL)'];
  const day = values.add(today);
  if (filter.organismId !== null) conditions.push(`o.id = ${values.add(filter.organismId)}`);
  if (filter.branch !== '') conditions.push(`b.name = ${values.add(filter.branch)}`);
  if (filter.department !== '') conditions.push(`o.department = ${values.add(filter.department)}`);
  if (filter.having === 'none') conditions.push('a.id IS NULL');
  if (filter.having === 'one')
    conditions.push(
      `o.id IN (SELECT o.id FROM organisms o ${administered(day)} GROUP BY o.id HAVING count(a.id) = 1)`,
    );
  if (filter.factor !== '') conditions.push(ofFactorChoice('a.id', filter.factor));
  for (const word of searchWords(filter.words)) conditions.push(holdsWord(SHOWN, word, values));
  return `
    SELECT o.id AS "organismId", o.code, o.name AS organism, b.label AS branch, o.department, a.id AS "accountId",
      a.last_name AS "lastName", a.first_name AS "firstName", a.email, a.phone, ${HAS_FACTOR('a.id')} AS "hasFactor",
      row_number() OVER (ORDER BY ${order}) AS place
    FROM organisms o JOIN branches b ON b.id = o.branch_id ${administered(day)}
    ${where(conditions)}`;
}

function toRow({
  organismId,
  code,
  organism,
  branch,
  department,
  accountId,
  ...person
}: StoredLine): DirectoryRow {
  const { lastName, firstName, email, phone, hasFactor } = person;
  const administrator = accountId === null ? null : { lastName, firstName, email, phone, hasFactor };
  return { organismId, code, organism, branch, department, administrator };
}
