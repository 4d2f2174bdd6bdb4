import { systemClock } from '../domain/clock.ts';
import { auditTrailService } from '../services/audit-trail.ts';
import { readArguments, refuse } from './arguments.ts';
import { findCheckpointOrRefuse } from './checkpoint-file.ts';
import { believe, requireTrail } from './trail.ts';
import { withDatabase } from './with-database.ts';

const { checkpoint: file, key } = readArguments({
  name: 'npm run audit:verify',
  about: 'Verifies the chain of the audit trail, event by event.',
  options: {
    checkpoint: {
      type: 'string',
      value: 'FILE',
      about: 'also that nothing before this checkpoint was cut off',
    },
    key: { type: 'string', value: 'FINGERPRINT', about: 'of the key that must have signed it' },
  },
});
if (key !== undefined && file === undefined)
  refuse('--key is the fingerprint of the key of --checkpoint FILE.');
const checkpoint = file === undefined ? null : findCheckpointOrRefuse(file);
if (checkpoint === undefined) refuse(`${file} does not exist.`);

await withDatabase(
  async ({ db, environment }) => {
    await requireTrail(db);
    if (checkpoint) believe(checkpoint, { environment, key });
    const verdict = await auditTrailService({ db, clock: systemClock }).verify(checkpoint);
    if (!verdict.intact) throw new Error(verdict.fault);
    console.log(`${verdict.events} events, chain intact`);
  },
  { makes: false },
);
