import type { KeyObject } from 'node:crypto';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type BackupManifest, openSnapshot } from '../database/backup/dump.ts';
import { sealing } from '../database/backup/file.ts';
import { tablesOf } from '../database/backup/layout.ts';
import type { Checkpoint } from '../security/checkpoint.ts';
import { auditTrailService } from './audit-trail.ts';
import type { ServiceContext } from './context.ts';

interface BackupOptions {
  key: KeyObject;
  /** A checkpoint that the trail has to hold still: where it was purged, the one that allowed it. */
  previous: Checkpoint | null;
  output: Writable;
  onProgress(step: string, done: number): void;
}

interface TakenBackup {
  manifest: BackupManifest<Checkpoint>;
  /** Of the whole file, in hexadecimal digits. */
  sha256: string;
  bytes: number;
}

/** The whole database in one file, as it stands at one instant, while people go on. */
export function backupService({ db, clock }: ServiceContext) {
  const trail = auditTrailService({ db, clock });

  return {
    /**
     * Writes a backup and signs what its trail holds. A broken trail is backed up as it is, unsigned: it is when
     * everything has to be kept.
     */
    async take({ key, previous, output, onProgress }: BackupOptions): Promise<TakenBackup> {
      const known = await tablesOf(db);
      return db.transaction(
        async (trx) => {
          const { id, header, stream } = await openSnapshot(trx, { known, now: clock.now() });
          // Beside the copy, on a connection of its own: it takes as long.
          const sealed = trail.seal({ key, previous, keepFrom: null, snapshot: id });
          // Told where it is awaited.
          sealed.catch(() => {});
          let manifest: BackupManifest<Checkpoint> | undefined;
          async function conclude() {
            onProgress('trail', 1);
            const sealing = await sealed;
            return {
              checkpoint: sealing.kind === 'sealed' ? sealing.checkpoint : null,
              fault: sealing.kind === 'broken' ? sealing.fault : null,
            };
          }
          async function* content() {
            manifest = yield* stream(conclude, onProgress);
          }
          const { compress, seal } = sealing(header);
          await pipeline(Readable.from(content(), { objectMode: true }), compress, seal, output);
          if (manifest === undefined) throw new Error('The backup has no end');
          return { manifest, sha256: seal.sha256, bytes: seal.bytes };
        },
        { isolationLevel: 'repeatable read', readOnly: true },
      );
    },
  };
}
