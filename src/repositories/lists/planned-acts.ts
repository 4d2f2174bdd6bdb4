import type { Database } from '../../database/knex.ts';
import { ordered, StatementValues } from '../../database/sql.ts';
import type { PlannedKind } from '../../domain/planned-act.ts';
import type { PlannedAct } from '../planned-acts.ts';
import { type Counted, countedUpTo } from './counted.ts';
import { type PlacedPage, placedPage } from './placed-page.ts';

/** A line of « Actes prévus ». */
export interface PlannedRow {
  id: number;
  /** « reset »: of a second factor, which waits for an instant and not for a day (R89). */
  kind: PlannedKind | 'reset';
  /** `at`: the instant of a reset, in ISO 8601. */
  terms: PlannedAct['terms'] | { at: string };
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

// Resets are kept apart, and belong with the rest for who looks at what is to come. Ucanss alone asks those that wait.
const COMING = `(
    SELECT id, kind, terms, effective_on, account_id, organism_id, asked_by, asked_at, by_ucanss
    FROM planned_acts WHERE state = 'planned'
    UNION ALL
    SELECT r.id, 'reset', jsonb_build_object('at', effective_at), (effective_at AT TIME ZONE 'Europe/Paris')::date,
      account_id, holder.organism_id, asked_by, asked_at, true
    FROM factor_resets r JOIN accounts holder ON holder.id = account_id WHERE r.state = 'waiting'
  ) AS coming`;

/** What is to be done on a day, the next first. */
export function plannedActList(db: Database) {
  const whereOf = (
    { organismId, accountId }: Pick<Filter, 'organismId' | 'accountId'>,
    values: StatementValues,
  ) =>
    [
      // On the page of an account, resets are told with what lets its person sign in.
      accountId === undefined ? 'true' : `coming.account_id = ${values.add(accountId)} AND kind <> 'reset'`,
      ...(organismId === null ? [] : [`coming.organism_id = ${values.add(organismId)}`]),
    ].join(' AND ');

  return {
    page(filter: Filter, window: { page: number; size: number }): Promise<PlacedPage<PlannedRow>> {
      const values = new StatementValues();
      const order = ordered(['effective_on', `kind = 'reset'`, 'coming.id'], filter.direction);
      const listed = `SELECT coming.id, kind, terms, effective_on AS "effectiveOn", account_id AS "accountId",
          coalesce(person.first_name, '') AS "firstName", coalesce(person.last_name, '') AS "lastName",
          coming.organism_id AS "organismId", asked_at AS "askedAt", by_ucanss AS "byUcanss",
          coalesce(asker.first_name || ' ' || asker.last_name, '') AS "askedBy",
          row_number() OVER (ORDER BY ${order}) AS place
        FROM ${COMING} LEFT JOIN accounts person ON person.id = account_id
          LEFT JOIN accounts asker ON asker.id = asked_by
        WHERE ${whereOf(filter, values)}`;
      return placedPage<PlannedRow>(db, listed, values, window);
    },

    count(organismId: number | null): Promise<Counted> {
      const values = new StatementValues();
      return countedUpTo(db, `${COMING} WHERE ${whereOf({ organismId }, values)}`, values);
    },
  };
}
