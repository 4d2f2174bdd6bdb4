import { buffer } from 'node:stream/consumers';
import type { BackupManifest } from '../../src/database/backup/dump.ts';
import { openBackup } from '../../src/database/backup/file.ts';
import type { Checkpoint } from '../../src/security/checkpoint.ts';

/** The last line of a backup: what restoring it has to come to. */
export async function manifestOf(file: string): Promise<BackupManifest<Checkpoint>> {
  const { content } = await openBackup(file, () => {});
  const whole = await buffer(content(() => {}));
  return JSON.parse(whole.subarray(whole.lastIndexOf('{"tables":')).toString());
}
