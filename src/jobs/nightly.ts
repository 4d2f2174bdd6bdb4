import type { JobContext } from './context.ts';

/** Something done at its time, once whatever the number of processes; a time that was missed is made up for. */
export interface NightlyJob {
  name: string;
  /** Minute and hour in UTC, as in a crontab; « * » for every hour. */
  at: `${number} ${number | '*'}`;
  run(): Promise<unknown>;
}

/** Every nightly job: the one place to add one. Their statements have the limits of batches. */
export function nightlyJobs({
  services: { emailConfirmation, factorChecks, factorResetAnswers, upkeep, retention, lapsing, planning },
}: Pick<JobContext, 'services'>): NightlyJob[] {
  return [
    { name: 'email-changes', at: '15 *', run: () => emailConfirmation.settle() },
    { name: 'factor-resets', at: '25 *', run: () => factorResetAnswers.settle() },
    // Every hour, so that it is 0:05 in Paris, in winter and in summer; those that a stop missed with the others.
    { name: 'planned-acts', at: '5 *', run: () => planning.runDue() },
    // 23:10 UTC: in Paris a new day has begun, in winter and in summer.
    { name: 'end-dates', at: '10 23', run: () => upkeep.endExpired() },
    { name: 'lapsed-requests', at: '20 23', run: () => lapsing.close() },
    { name: 'purge-unconfirmed', at: '10 1', run: () => retention.purgeUnconfirmed() },
    { name: 'prune-messages', at: '20 1', run: () => retention.pruneMessages() },
    { name: 'ensure-partitions', at: '30 1', run: () => upkeep.ensurePartitions() },
    { name: 'prune-rate-limits', at: '40 1', run: () => retention.pruneRateLimits() },
    // Selections that nobody confirmed.
    { name: 'prune-drafts', at: '50 1', run: () => retention.pruneDrafts() },
    { name: 'prune-nominations', at: '55 1', run: () => retention.pruneNominations() },
    { name: 'prune-sessions', at: '0 2', run: () => retention.pruneSessions() },
    { name: 'prune-devices', at: '5 2', run: () => retention.pruneDevices() },
    { name: 'prune-kept-forms', at: '7 2', run: () => retention.pruneKeptForms() },
    { name: 'prune-form-keys', at: '8 2', run: () => retention.pruneFormKeys() },
    { name: 'prune-factors', at: '9 2', run: () => retention.pruneFactors() },
    // After FACTOR_KEY has changed.
    { name: 'reseal-factors', at: '12 2', run: () => factorChecks.resealAll() },
    { name: 'prune-jobs', at: '10 2', run: () => retention.pruneJobs() },
    // In the morning, when people read them.
    { name: 'ending-notices', at: '0 6', run: () => upkeep.warnOfEndings() },
    { name: 'lapsing-notices', at: '5 6', run: () => lapsing.warn() },
    { name: 'requests-without-decider', at: '10 6', run: () => lapsing.tellUcanss() },
  ];
}
