import { BackupFault, type SealedBackup } from '../database/backup/file.ts';
import { gatherStatistics, loadBackup } from '../database/backup/load.ts';
import { requireTarget } from '../database/backup/target.ts';
import type { Database } from '../database/knex.ts';
import { migrateTo, migrateUp } from '../database/migrate.ts';
import { verifyTrail } from '../repositories/audit-trail.ts';
import { enqueueAnew } from '../repositories/outbox.ts';
import type { Checkpoint } from '../security/checkpoint.ts';
import { attestationOf } from './audit-trail.ts';

interface RestoringOptions {
  backup: SealedBackup;
  /** Whether what the database holds may be replaced. */
  replace: boolean;
  onProgress(step: string, done: number): void;
}

interface Restored {
  /** Rows, by table. */
  tables: [table: string, rows: number][];
  checkpoint: Checkpoint | null;
  /** What was wrong with the trail when it was backed up; null where it was intact, as it is now. */
  fault: string | null;
  events: number;
  /** Messages that waited, and leave now. */
  messages: number;
  /** Migrations that have run since, to bring the schema to this version. */
  migrations: number;
}

// How the time divides.
const STEPS = { copy: 0.35, indexes: 0.25, trail: 0.3, upkeep: 0.1 };

/**
 * Puts a backup in the place of what a database holds, as the owner of its schema: everything, in one transaction that
 * ends with the trail verified, or nothing.
 */
export function restoringService({ owner, ...urls }: { owner: Database; ownerUrl: string; url: string }) {
  return {
    /**
     * @throws BackupFault where the file is not for this version, or not what was backed up; InstallationError where
     *   the database is in use
     */
    async restore({ backup, replace, onProgress }: RestoringOptions): Promise<Restored> {
      const { header } = backup;
      await requireTarget(owner, { header, replace });
      // An empty schema may stay where something fails: the next attempt finds it.
      await migrateTo(
        { ownerUrl: urls.ownerUrl, portalUrl: urls.url },
        header.migrations.map(([name]) => name),
      );
      const restored = await owner.transaction(async (trx) => {
        const manifest = await loadBackup<Checkpoint>(trx, backup, (step, done) =>
          step === 'indexes'
            ? onProgress(step, STEPS.copy + done * STEPS.indexes)
            : onProgress(step, done * STEPS.copy),
        );
        const messages = await enqueueAnew(trx);
        onProgress('trail', STEPS.copy + STEPS.indexes);
        const { checkpoint, fault } = manifest;
        const verdict = await verifyTrail(trx, { attested: attestationOf(checkpoint) });
        if (!verdict.intact && fault === null)
          throw new BackupFault(`gives a trail that is not what was signed: ${verdict.fault}`);
        const tables = Object.entries(manifest.tables).map(([table, { rows }]): [string, number] => [
          table,
          rows,
        ]);
        return { tables, checkpoint, fault, messages, events: verdict.intact ? verdict.events : 0 };
      });
      onProgress('upkeep', 1 - STEPS.upkeep);
      const migrations = await migrateUp(urls.ownerUrl, urls.url);
      await gatherStatistics(
        owner,
        restored.tables.map(([table]) => table),
      );
      onProgress('upkeep', 1);
      return { ...restored, migrations: migrations.length };
    },
  };
}
