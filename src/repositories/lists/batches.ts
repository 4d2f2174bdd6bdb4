import type { Database } from '../../database/knex.ts';
import { ordered, pageOf, StatementValues } from '../../database/sql.ts';
import type { ListedKind } from '../../domain/batch.ts';
import { plannedQuery } from './query.ts';

/** A line of « Actions groupées ». */
interface BatchRow {
  id: number;
  kind: ListedKind;
  roleId: number | null;
  organismId: number | null;
  /** The batch that it undid (R83), and the one that undid it. */
  undoes: number | null;
  undoneBy: number | null;
  reason: string;
  createdAt: Date;
  /** « Prénom NOM »; null for a command. */
  createdBy: string | null;
  changed: number;
  requested: number;
  skipped: number;
}

/** The acts on many people of an organism (null: every organism), by their number (R45, R46). */
export function batchList(db: Database) {
  return {
    /** One page, from 1, with the exact total. */
    async page(organismId: number | null, direction: 'asc' | 'desc', window: { page: number; size: number }) {
      const values = new StatementValues();
      const here = organismId === null ? '' : ` AND organism_id = ${values.add(organismId)}`;
      // Neither drafts, nor requests that were decided at once: those are in their lists.
      const where = `WHERE state = 'done' AND kind NOT IN ('accept', 'refuse')${here}`;
      const order = ordered(['id'], direction);
      const text = `
        WITH page AS (
          SELECT * FROM batches ${where} ORDER BY ${order} ${pageOf(window, values)}
        )
        SELECT counted.total, line.* FROM (SELECT count(*) AS total FROM batches ${where}) AS counted
        LEFT JOIN (
          SELECT page.id, kind, role_id AS "roleId", page.organism_id AS "organismId", reason,
            page.created_at AS "createdAt", first_name || ' ' || last_name AS "createdBy", changed, requested, skipped, undoes,
            (SELECT undo.id FROM batches AS undo WHERE undo.undoes = page.id AND undo.state = 'done') AS "undoneBy"
          FROM page LEFT JOIN accounts ON accounts.id = page.created_by
        ) AS line ON true ORDER BY ${order}`;
      const found = await plannedQuery<BatchRow & { total: number; id: number | null }>(
        db,
        text,
        values.list,
      );
      return {
        rows: found.filter((row): row is BatchRow & { total: number } => row.id !== null),
        total: found[0]?.total ?? 0,
        atLeast: false,
      };
    },
  };
}
