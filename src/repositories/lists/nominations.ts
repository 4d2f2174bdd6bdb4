import type { Database } from '../../database/knex.ts';
import { ordered, StatementValues, where } from '../../database/sql.ts';
import { TO_DO } from '../../domain/nomination.ts';
import { searchWords } from '../../domain/search.ts';
import type { NominationImport } from '../nominations.ts';
import type { Direction } from './person-order.ts';
import { type PlacedPage, placedPage } from './placed-page.ts';
import { holdsWord } from './words.ts';

interface NominationImportFilter {
  words: string;
  direction: Direction;
}

/** A file of nominations, as « Nominations » lists it. */
export interface NominationImportRow
  extends Pick<NominationImport, 'id' | 'fileName' | 'createdAt' | 'state' | 'verdicts' | 'batchId'> {
  /** « Prénom NOM »; null for a command. */
  createdBy: string | null;
  /** Lines that are still to be done. */
  waiting: number;
}

/** The read model of « Nominations »: the files, by their number (R81). */
export function nominationImportList(db: Database) {
  return {
    /** One page, from 1. */
    page(
      { words, direction }: NominationImportFilter,
      window: { page: number; size: number },
    ): Promise<PlacedPage<NominationImportRow>> {
      const values = new StatementValues();
      const shown = `(searchable(concat_ws(' ', file_name, a.first_name, a.last_name)) COLLATE "C")`;
      const conditions = searchWords(words).map((word) => holdsWord(shown, word, values));
      return placedPage(
        db,
        `SELECT i.id, file_name AS "fileName", i.created_at AS "createdAt", state, verdicts, batch_id AS "batchId",
           a.first_name || ' ' || a.last_name AS "createdBy",
           CASE state WHEN 'applying' THEN (
             SELECT count(*)::int FROM nomination_lines
             WHERE import_id = i.id AND state = 'compared' AND verdict = ANY(${values.add(TO_DO)}::text[])
           ) ELSE 0 END AS waiting,
           row_number() OVER (ORDER BY ${ordered(['i.id'], direction)}) AS place
         FROM nomination_imports i LEFT JOIN accounts a ON a.id = i.created_by ${where(conditions)}`,
        values,
        window,
      );
    },
  };
}
