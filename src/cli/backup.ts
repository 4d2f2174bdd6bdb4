import { auditKey } from '../config/audit-key.ts';
import { systemClock } from '../domain/clock.ts';
import { fingerprintOf } from '../security/checkpoint.ts';
import { backupService } from '../services/backup.ts';
import { readArguments, refuse } from './arguments.ts';
import { draftOrRefuse, explainWriting, KEPT_APART, megabytes } from './backup-file.ts';
import { findCheckpointOrRefuse } from './checkpoint-file.ts';
import { fail } from './ending.ts';
import { createProgress } from './progress.ts';
import { believe, requireTrail } from './trail.ts';
import { withDatabase } from './with-database.ts';

const { words, ...values } = readArguments({
  name: 'npm run backup',
  about:
    'Writes one file of everything, beside a portal that runs: docs/operating.md says what is not in it.',
  words: 'FILE',
  options: {
    force: { type: 'boolean', default: false, about: 'in the place of a FILE that is there' },
    checkpoint: { type: 'string', value: 'CHECKPOINT', about: 'one that the trail must still hold' },
  },
});
const [file = ''] = words;
const previous = values.checkpoint === undefined ? null : findCheckpointOrRefuse(values.checkpoint);
if (previous === undefined) refuse(`${values.checkpoint} does not exist.`);
const draft = draftOrRefuse(file, values);

await withDatabase(
  async ({ db, environment }) => {
    await requireTrail(db);
    if (previous) believe(previous, { environment, key: undefined });
    const key = auditKey(environment);
    const progress = createProgress();
    const { manifest, sha256, bytes } = await backupService({ db, clock: systemClock })
      .take({ key, previous, output: draft.output, onProgress: progress.show })
      .catch((error: unknown) => {
        const told = explainWriting(file, error);
        // At once: the verification of the trail may be far from its end.
        return fail(told, told instanceof Error ? told.message : told);
      });
    draft.keep();
    const seconds = progress.end().toFixed(1);
    const { tables, checkpoint, fault } = manifest;
    const rows = Object.values(tables).reduce((sum, table) => sum + table.rows, 0);
    console.log(
      `${file}: ${Object.keys(tables).length} tables, ${rows} rows, ${megabytes(bytes)} in ${seconds} s`,
    );
    if (checkpoint)
      console.log(
        `Its trail holds ${checkpoint.events} events up to number ${checkpoint.last_id}, signed by ${fingerprintOf(key)}`,
      );
    console.log(KEPT_APART);
    console.log(`SHA-256 ${sha256}`);
    // The file is all the more needed.
    if (fault !== null)
      throw new Error(`The trail is broken, and was backed up as it is, unsigned: ${fault}`);
  },
  { makes: false },
);
