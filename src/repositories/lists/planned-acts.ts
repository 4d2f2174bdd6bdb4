import type { Database } from '../../database/knex.ts';
import { ordered, StatementValues } from '../../database/sql.ts';
import type { PlannedKind } from '../../domain/planned-act.ts';
import type { PlannedAct } from '../planned-acts.ts';
import { type Counted, countedUpTo } from './counted.ts';
import { type PlacedPage, placedPage } from './placed-page.ts';

/** A line of « Actes prévus ». */
export interface PlannedRow {
  id: number;
  kind: PlannedKind;
  terms: PlannedAct['terms'];
  effectiveOn: string;
  accountId: number | null;
  /** Of the person; empty where there is none yet. */
  firstName: string;
  lastName: string;
  organismId: number;
  /** « Prénom NOM »; empty for a command. */
  askedBy: string;
  askedAt: Date;
  byUcanss: boolean;
}

interface Filter {
  /** Null: every organism. */
  organismId: number | null;
  accountId?: number;
  direction: 'asc' | 'desc';
}

/** What is to be done on a day, the next first. */
export function plannedActList(db: Database) {
  const whereOf = (
    { organismId, accountId }: Pick<Filter, 'organismId' | 'accountId'>,
    values: StatementValues,
  ) =>
    [
      `state = 'planned'`,
      ...(organismId === null ? [] : [`planned_acts.organism_id = ${values.add(organismId)}`]),
      ...(accountId === undefined ? [] : [`planned_acts.account_id = ${values.add(accountId)}`]),
    ].join(' AND ');

  return {
    page(filter: Filter, window: { page: number; size: number }): Promise<PlacedPage<PlannedRow>> {
      const values = new StatementValues();
      const listed = `SELECT planned_acts.id, kind, terms, effective_on AS "effectiveOn", account_id AS "accountId",
          coalesce(person.first_name, '') AS "firstName", coalesce(person.last_name, '') AS "lastName",
          planned_acts.organism_id AS "organismId", asked_at AS "askedAt", by_ucanss AS "byUcanss",
          coalesce(asker.first_name || ' ' || asker.last_name, '') AS "askedBy",
          row_number() OVER (ORDER BY ${ordered(['effective_on', 'planned_acts.id'], filter.direction)}) AS place
        FROM planned_acts LEFT JOIN accounts person ON person.id = account_id
          LEFT JOIN accounts asker ON asker.id = asked_by
        WHERE ${whereOf(filter, values)}`;
      return placedPage<PlannedRow>(db, listed, values, window);
    },

    count(organismId: number | null): Promise<Counted> {
      const values = new StatementValues();
      return countedUpTo(db, `planned_acts WHERE ${whereOf({ organismId }, values)}`, values);
    },
  };
}
