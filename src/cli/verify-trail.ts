import { systemClock } from '../domain/clock.ts';
import { auditTrailService } from '../services/audit-trail.ts';
import { readArguments, refuse } from './arguments.ts';
import { findCheckpointOrRefuse } from './checkpoint-file.ts';
import { believe, requireTrail } from './trail.ts';
import { withDatabase } from './with-database.ts';

const { checkpoint: file, key } = readArguments({ checkpoint: { type: 'string' }, key: { type: 'string' } });
if (key !== undefined && file === undefined)
  refuse('--key is the fingerprint of the key of --checkpoint FILE.');
const checkpoint = file === undefined ? null : findCheckpointOrRefuse(file);
if (checkpoint === undefined) refuse(`${file} does not exist.`);

await withDatabase(async ({ db, environment }) => {
  await requireTrail(db);
  if (checkpoint) believe(checkpoint, { environment, key });
  const verdict = await auditTrailService({ db, clock: systemClock }).verify(checkpoint);
  if (!verdict.intact) throw new Error(verdict.fault);
  console.log(`${verdict.events} events, chain intact`);
});
