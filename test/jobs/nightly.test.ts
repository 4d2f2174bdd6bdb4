import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nightlyJobs } from '../../src/jobs/nightly.ts';

/** Each job of the clock, and its hour in Paris: in winter, then in summer. One that is gone fails here. */
const IN_PARIS: Record<string, readonly [winter: string, summer: string]> = {
  'email-changes': ['*:15', '*:15'],
  'factor-resets': ['*:25', '*:25'],
  'planned-acts': ['*:05', '*:05'],
  'end-dates': ['00:10', '01:10'],
  'lapsed-requests': ['00:20', '01:20'],
  'purge-unconfirmed': ['02:10', '03:10'],
  'prune-messages': ['02:20', '03:20'],
  'ensure-partitions': ['02:30', '03:30'],
  'prune-rate-limits': ['02:40', '03:40'],
  'prune-drafts': ['02:50', '03:50'],
  'prune-nominations': ['02:55', '03:55'],
  'prune-sessions': ['03:00', '04:00'],
  'prune-devices': ['03:05', '04:05'],
  'prune-kept-forms': ['03:07', '04:07'],
  'prune-form-keys': ['03:08', '04:08'],
  'prune-factors': ['03:09', '04:09'],
  'reseal-factors': ['03:12', '04:12'],
  'prune-jobs': ['03:10', '04:10'],
  'ending-notices': ['07:00', '08:00'],
  'lapsing-notices': ['07:05', '08:05'],
  'requests-without-decider': ['07:10', '08:10'],
};

/** What each of them calls, whatever it does. */
const DOES: Record<string, string> = {
  'email-changes': 'emailConfirmation.settle',
  'factor-resets': 'factorResetAnswers.settle',
  'planned-acts': 'planning.runDue',
  'end-dates': 'upkeep.endExpired',
  'lapsed-requests': 'lapsing.close',
  'purge-unconfirmed': 'retention.purgeUnconfirmed',
  'prune-messages': 'retention.pruneMessages',
  'ensure-partitions': 'upkeep.ensurePartitions',
  'prune-rate-limits': 'retention.pruneRateLimits',
  'prune-drafts': 'retention.pruneDrafts',
  'prune-nominations': 'retention.pruneNominations',
  'prune-sessions': 'retention.pruneSessions',
  'prune-devices': 'retention.pruneDevices',
  'prune-kept-forms': 'retention.pruneKeptForms',
  'prune-form-keys': 'retention.pruneFormKeys',
  'prune-factors': 'retention.pruneFactors',
  'reseal-factors': 'factorChecks.resealAll',
  'prune-jobs': 'retention.pruneJobs',
  'ending-notices': 'upkeep.warnOfEndings',
  'lapsing-notices': 'lapsing.warn',
  'requests-without-decider': 'lapsing.tellUcanss',
};

const paris = new Intl.DateTimeFormat('fr-FR', {
  ...{ timeZone: 'Europe/Paris', hour: '2-digit', minute: '2-digit' },
});

/** « 10 23 », minute and hour in UTC, on a day ('MM-DD'), as clocks show it in Paris. */
function shown(at: string, day: string): string {
  const [minute = '', hour = ''] = at.split(' ').map((part) => part.padStart(2, '0'));
  if (hour === '0*') return `*:${minute}`;
  return paris.format(new Date(`2026-${day}T${hour}:${minute}:00Z`));
}

describe('the jobs of the clock', () => {
  const called: string[] = [];
  const service = (name: string) =>
    new Proxy({}, { get: (_, method) => async () => void called.push(`${name}.${String(method)}`) });
  const services = Object.fromEntries(
    [
      'emailConfirmation',
      'upkeep',
      'retention',
      'lapsing',
      'planning',
      'factorChecks',
      'factorResetAnswers',
    ].map((name) => [name, service(name)]),
  );
  const jobs = nightlyJobs({ services } as never);

  test('each is there, at its hour in Paris, in winter and in summer', () => {
    const hours = jobs.map(({ name, at }) => [name, [shown(at, '01-15'), shown(at, '07-15')]]);
    assert.deepEqual(Object.fromEntries(hours), IN_PARIS);
    assert.equal(jobs.length, Object.keys(IN_PARIS).length, 'none twice');
  });

  test('each does what its name says', async () => {
    for (const { run } of jobs) await run();
    assert.deepEqual(Object.fromEntries(jobs.map(({ name }, rank) => [name, called[rank]])), DOES);
  });
});
