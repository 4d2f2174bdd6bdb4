import type { JobContext } from './context.ts';

/** Something done each night, once whatever the number of processes; a night that was missed is made up for. */
export interface NightlyJob {
  name: string;
  /** Minute and hour in UTC, as in a crontab. */
  at: `${number} ${number}`;
  run(): Promise<unknown>;
}

/** Every nightly job: the one place to add one. */
export function nightlyJobs({ db, services }: JobContext): NightlyJob[] {
  const { upkeep } = services;
  return [
    // 23:10 UTC: in Paris a new day has begun, in winter and in summer.
    { name: 'end-dates', at: '10 23', run: () => upkeep.endExpired() },
    { name: 'purge-unconfirmed', at: '10 1', run: () => upkeep.purgeUnconfirmed() },
    { name: 'prune-messages', at: '20 1', run: () => upkeep.pruneMessages() },
    // The trail's partitions of the coming year (migrations/…_audit_events.ts).
    {
      name: 'ensure-partitions',
      at: '30 1',
      run: () =>
        db.raw(`SELECT audit_ensure_partition(month)
                FROM generate_series(now(), now() + interval '12 months', interval '1 month') AS month`),
    },
    // Counters of attempts whose window is over; rate-limiter-flexible keeps times in milliseconds.
    {
      name: 'prune-rate-limits',
      at: '40 1',
      run: () => db('rate_limits').where('expire', '<', Date.now()).delete(),
    },
    // Selections that nobody confirmed: their sessions have ended since.
    { name: 'prune-announcements', at: '50 1', run: () => upkeep.pruneAnnouncements() },
    // In the morning, when people read them.
    { name: 'ending-notices', at: '0 6', run: () => upkeep.warnOfEndings() },
  ];
}
