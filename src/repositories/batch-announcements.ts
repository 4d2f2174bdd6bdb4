import type { Database } from '../database/knex.ts';
import type { BatchKind } from '../domain/batch.ts';
import { purge } from './purge.ts';

/** What a confirmation announced: what would be done, in which organism, to whom. */
export interface Announcement {
  /** A UUID, that the form sends back. */
  key: string;
  kind: BatchKind;
  roleId: number | null;
  organismId: number;
  accountIds: number[];
  announcedBy: number;
  announcedAt: Date;
}

const COLUMNS = {
  ...{ key: 'key', kind: 'kind', roleId: 'role_id', organismId: 'organism_id', accountIds: 'account_ids' },
  ...{ announcedBy: 'announced_by', announcedAt: 'announced_at' },
};

/** Acts on many people that wait for « Confirmer » (R45). */
export function batchAnnouncementRepository(db: Database) {
  return {
    async add(announcement: Announcement): Promise<void> {
      await db('batch_announcements').insert({
        ...{ key: announcement.key, kind: announcement.kind, role_id: announcement.roleId },
        ...{ organism_id: announcement.organismId, account_ids: announcement.accountIds },
        ...{ announced_by: announcement.announcedBy, announced_at: announcement.announcedAt },
      });
    },

    /** What this person was announced for this organism, locked so that it is carried out once; or undefined. */
    async lock(key: string, organismId: number, announcedBy: number): Promise<Announcement | undefined> {
      return db('batch_announcements')
        .first(COLUMNS)
        .where({ key, organism_id: organismId, announced_by: announcedBy })
        .forUpdate();
    },

    async remove(key: string): Promise<void> {
      await db('batch_announcements').where({ key }).delete();
    },

    /** Those that nobody confirmed. */
    purgeBefore: (time: Date): Promise<number> =>
      purge(db, 'batch_announcements', (announced) => announced.where('announced_at', '<', time)),
  };
}
