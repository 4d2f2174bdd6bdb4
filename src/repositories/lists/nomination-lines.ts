import type { Database } from '../../database/knex.ts';
import { ordered, StatementValues, where } from '../../database/sql.ts';
import type { NominationVerdict } from '../../domain/nomination.ts';
import { searchWords } from '../../domain/search.ts';
import type { KeptNomination } from '../nominations.ts';
import type { Direction } from './person-order.ts';
import { type PlacedPage, placedPage } from './placed-page.ts';
import { type StreamOptions, streamRows } from './query.ts';
import { holdsWord } from './words.ts';

interface NominationLineFilter {
  importId: number;
  words: string;
  verdict: NominationVerdict | null;
  sort: 'verdict' | 'ligne' | 'nom' | 'effet';
  direction: Direction;
}

/** A line of a file of nominations, with what it is or has come to. */
export interface NominationLineRow extends Omit<KeptNomination, 'importId' | 'unreadable'> {
  fault: string;
  remark: string;
  accountId: number | null;
  /** Of its code, where there is one. */
  organism: string | null;
  state: 'compared' | 'applied' | 'planned' | 'replaced' | 'left';
}

// What asks for something first, then what will be done.
const RANK = `array_position(ARRAY['error', 'attach', 'create', 'update', 'end', 'future', 'done'], verdict)`;

const ORDERS: Readonly<Record<NominationLineFilter['sort'], readonly string[]>> = {
  verdict: [RANK, 'line'],
  ligne: ['line'],
  nom: [`normalised(last_name)`, `normalised(first_name)`, 'line'],
  effet: ['effective_on', 'line'],
};

const SHOWN = `(searchable(concat_ws(' ', reference, last_name, first_name, email, function_title, organism_code, o.name,
  fault)) COLLATE "C")`;

/** The read model of the page of a file of nominations (R81). */
export function nominationLineList(db: Database) {
  return {
    /** One page, from 1. */
    page(
      filter: NominationLineFilter,
      window: { page: number; size: number },
    ): Promise<PlacedPage<NominationLineRow>> {
      const values = new StatementValues();
      return placedPage(db, listed(filter, values), values, window);
    },

    /** Every line that the filter selects, in its order, in batches: for an export. */
    async *stream(filter: NominationLineFilter, options: StreamOptions) {
      const values = new StatementValues();
      const text = `${listed(filter, values)} ORDER BY place`;
      yield* streamRows<NominationLineRow>(db, text, values.list, options);
    },
  };
}

function listed(
  { importId, words, verdict, sort, direction }: NominationLineFilter,
  values: StatementValues,
): string {
  const conditions = [
    `import_id = ${values.add(importId)}`,
    ...(verdict === null ? [] : [`verdict = ${values.add(verdict)}`]),
    ...searchWords(words).map((word) => holdsWord(SHOWN, word, values)),
  ];
  return `
    SELECT l.id, line, reference, act, effective_on AS "effectiveOn", civility, last_name AS "lastName",
      first_name AS "firstName", email, function_title AS "functionTitle", organism_code AS "organismCode",
      verdict, fault, remark, account_id AS "accountId", o.name AS organism, state,
      row_number() OVER (ORDER BY ${ordered(ORDERS[sort], direction, 'NULLS LAST')}) AS place
    FROM nomination_lines l LEFT JOIN organisms o ON o.code = organism_code ${where(conditions)}`;
}
