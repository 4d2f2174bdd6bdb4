import { auditKey } from '../config/audit-key.ts';
import { systemClock } from '../domain/clock.ts';
import { fingerprintOf } from '../security/checkpoint.ts';
import { auditTrailService } from '../services/audit-trail.ts';
import { readArguments, refuse, wholeNumber } from './arguments.ts';
import { findCheckpointOrRefuse, writeCheckpoint } from './checkpoint-file.ts';
import { believe, requireTrail } from './trail.ts';
import { withDatabase } from './with-database.ts';

const { words, ...values } = readArguments({
  name: 'npm run audit:checkpoint',
  about: 'Verifies the trail, and signs where it ends: what is cut off before is seen from then on.',
  words: 'FILE',
  options: {
    checkpoint: {
      type: 'string',
      value: 'PREVIOUS',
      about: 'the one that it follows, where that is not FILE',
    },
    'keep-from': { type: 'string', value: 'EVENT', about: 'the first event that the trail must still hold' },
  },
});
const [file = ''] = words;
const { 'keep-from': first } = values;
const keepFrom = first === undefined ? null : wholeNumber('keep-from', first, [1, Number.MAX_SAFE_INTEGER]);
// A checkpoint is only ever replaced by one that follows it.
const previousFile = values.checkpoint ?? file;
const previous = findCheckpointOrRefuse(previousFile) ?? null;
if (previous === null && values.checkpoint !== undefined) refuse(`${previousFile} does not exist.`);

await withDatabase(
  async ({ db, environment }) => {
    await requireTrail(db);
    if (previous) believe(previous, { environment, key: undefined });
    const key = auditKey(environment);
    const sealing = await auditTrailService({ db, clock: systemClock }).seal({ key, previous, keepFrom });
    if (sealing.kind === 'broken') throw new Error(`Nothing was signed: ${sealing.fault}`);
    if (sealing.kind === 'out-of-range') {
      console.error(`--keep-from must be an event from ${sealing.firstId} to ${sealing.lastId}.`);
      process.exitCode = 2;
      return;
    }
    writeCheckpoint(file, sealing.checkpoint);
    const { events, last_id } = sealing.checkpoint;
    console.log(`${file}: ${events} events up to number ${last_id}, signed by ${fingerprintOf(key)}`);
    console.log(
      'Keep this file, and note the name of the key, away from this machine and from its database.',
    );
  },
  { makes: false },
);
