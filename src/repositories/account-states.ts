import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import { sessionRepository } from './sessions.ts';

const ATTACH = `
  UPDATE accounts SET organism_id = "organismId", organism_since = $2
  FROM jsonb_to_recordset($1::jsonb) AS move (id bigint, "organismId" int) WHERE accounts.id = move.id`;

/** Whether accounts give access, and which organism they belong to: written once the people are locked. */
export function accountStateRepository(db: Database) {
  const chosen = (ids: readonly number[]) => db('accounts').whereRaw('id = ANY(?::bigint[])', [[...ids]]);

  return {
    /**
     * Blocks the access of these people and ends their sessions, wherever they are open (R43); their devices are known
     * no more. Rights stay.
     */
    async deactivate(
      ids: readonly number[],
      { at, by, reason, byUcanss }: { at: Date; by: number; reason: string; byUcanss: boolean },
    ): Promise<void> {
      await chosen(ids).update({
        active: false,
        deactivated_at: at,
        deactivated_by: by,
        deactivation_reason: reason,
        closed_by_ucanss: byUcanss,
      });
      await sessionRepository(db).endAll(ids);
    },

    async reactivate(ids: readonly number[]): Promise<void> {
      await chosen(ids).update({
        active: true,
        deactivated_at: null,
        deactivated_by: null,
        deactivation_reason: null,
        closed_by_ucanss: false,
      });
    },

    /** Moves people to other organisms (R60). */
    attach: (moves: readonly { id: number; organismId: number }[], since: Date): Promise<unknown> =>
      preparedQuery(db, ATTACH, [JSON.stringify(moves), since]),
  };
}
