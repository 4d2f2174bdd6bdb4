import type { Database } from '../database/knex.ts';

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
      for (const table of ['sessions', 'known_devices']) {
        await db(table)
          .whereRaw('account_id = ANY(?::bigint[])', [[...ids]])
          .delete();
      }
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

    /** Moves a person to another organism (R60). */
    async attach(id: number, organismId: number, since: Date): Promise<void> {
      await chosen([id]).update({ organism_id: organismId, organism_since: since });
    },
  };
}
