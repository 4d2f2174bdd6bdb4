import { findAuditKey } from '../config/audit-key.ts';
import type { Environment } from '../config/environment.ts';
import { openBackup } from '../database/backup/file.ts';
import { openOwned } from '../database/migrate.ts';
import { type Checkpoint, fingerprintOf, signatureFault } from '../security/checkpoint.ts';
import { restoringService } from '../services/restoring.ts';
import { readArguments } from './arguments.ts';
import { explainReading, KEPT_APART } from './backup-file.ts';
import { fail } from './ending.ts';
import { createProgress } from './progress.ts';
import { withDatabase } from './with-database.ts';

const { words, ...values } = readArguments({
  name: 'npm run restore',
  about:
    'Restores a backup, whole or not at all, into a database that is empty, or with --replace in the place of all that it holds.',
  words: 'FILE',
  options: { replace: { type: 'boolean', default: false, about: 'what the database holds is lost' } },
});
const [file = ''] = words;

/** Part of the time that the first reading of the file takes. */
const CHECK = 0.02;

const progress = createProgress();
const told = (error: unknown) => explainReading(file, error);

// Whole before anything is written, or even started.
const backup = await openBackup(file, (done) => progress.show('check', done * CHECK)).catch(
  (error: unknown) => {
    const fault = told(error);
    return fail(fault, fault instanceof Error ? fault.message : fault);
  },
);

await withDatabase(
  async ({ url, ownerUrl, environment }) => {
    const owner = openOwned({ ownerUrl, portalUrl: url }, 1);
    try {
      const restored = await restoringService({ owner, ownerUrl, url }).restore({
        backup,
        replace: values.replace,
        onProgress: (step, done) => progress.show(step, CHECK + done * (1 - CHECK)),
      });
      const seconds = progress.end().toFixed(1);
      for (const [table, rows] of restored.tables) console.log(`${String(rows).padStart(10)}  ${table}`);
      console.log(`${file}, of ${backup.header.created_at}, is restored, in ${seconds} s.`);
      if (restored.migrations > 0) console.log(`${restored.migrations} migrations have run since.`);
      console.log(
        `${restored.messages} messages waited, and leave once the portal runs. Everybody signs in again; links of messages sent before are void.`,
      );
      console.log(KEPT_APART);
      if (restored.fault !== null)
        throw new Error(`The trail was broken when it was backed up, and is as it was: ${restored.fault}`);
      console.log(`${restored.events} events, chain intact`);
      if (restored.checkpoint) console.log(signerOf(restored.checkpoint, environment));
    } catch (error) {
      throw told(error);
    } finally {
      await owner.destroy();
    }
  },
  { tells: true },
);

/** A backup is believed to hold what was backed up; who signed its trail tells whether it is this portal's. */
function signerOf(checkpoint: Checkpoint, environment: Environment): string {
  const own = findAuditKey(environment);
  const fault = own && signatureFault(checkpoint, fingerprintOf(own));
  if (own && fault === null) return `Its trail was signed by the key of this portal, ${fingerprintOf(own)}`;
  return own
    ? `Not by the key of DATA_DIR: ${fault}`
    : 'audit-key.pem is not in DATA_DIR: who signed the trail was not checked.';
}
