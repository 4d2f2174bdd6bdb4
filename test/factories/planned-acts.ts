import type { Database } from '../../src/database/knex.ts';
import { SOME_DAY } from './sequence.ts';

/** A departure to come of somebody, and its number; any column of planned_acts may be told. */
export async function createPlannedAct(
  db: Database,
  { id, organism_id }: { id: number; organism_id: number },
  columns: Record<string, unknown> = {},
): Promise<number> {
  const [act] = await db('planned_acts')
    .insert({
      ...{ kind: 'departure', effective_on: '2099-12-01', account_id: id, organism_id, by_ucanss: false },
      ...{ terms: { reason: 'Retraite', rights: true, requests: true }, asked_at: SOME_DAY, ...columns },
    })
    .returning('id');
  return act.id;
}
