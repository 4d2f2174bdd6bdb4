import { type RequestHandler, Router } from 'express';
import type { ClockWatch } from '../database/clock-watch.ts';
import type { Database } from '../database/knex.ts';
import { isMigrated } from '../database/migrate.ts';
import type { Clock } from '../domain/clock.ts';
import { LATE_AFTER } from '../domain/sending.ts';
import type { Worker } from '../jobs/index.ts';
import { formatDateTime } from '../presenters/format.ts';
import { messageRepository } from '../repositories/messages.ts';

interface HealthOptions {
  db: Database;
  clock: Clock;
  clockWatch: ClockWatch;
  worker: Pick<Worker, 'status'>;
  /** A portal serves pages while its jobs are late; a process that only does jobs is not ready without them. */
  needsJobs?: boolean;
}

interface Readiness {
  ready: boolean;
  /** Lines in French, for who looks; spaces are ordinary, for what reads. */
  lines: string[];
}

/**
 * `/livez`: the process answers. `/readyz`: the database is there and every migration of this version has run, told
 * within 3 seconds; in its body, since when messages are late, here or on the whole.
 */
export function health(options: HealthOptions): RequestHandler {
  const router = Router();
  router.get('/livez', (_req, res) => {
    res.type('text').send('vivant\n');
  });
  router.get('/readyz', async (_req, res) => {
    const { ready, lines } = await readiness(options);
    res
      .status(ready ? 200 : 503)
      .type('text')
      .send(`${lines.join('\n')}\n`);
  });
  return router;
}

async function readiness(options: HealthOptions): Promise<Readiness> {
  const { db, clock, clockWatch, worker, needsJobs = false } = options;
  const [migrated, backlog] = await Promise.allSettled([isMigrated(db), messageRepository(db).backlog()]);
  if (migrated.status === 'rejected') return { ready: false, lines: ['base de données injoignable'] };
  if (clockWatch.isWrong()) return { ready: false, lines: ['horloge du serveur déréglée'] };
  if (!migrated.value) return { ready: false, lines: ['migrations en attente'] };
  const { alive, downSince } = worker.status();
  const oldest = backlog.status === 'fulfilled' ? backlog.value.since : null;
  const isLate = oldest !== null && clock.now().getTime() - oldest.getTime() > LATE_AFTER;
  const since = isLate ? oldest : downSince;
  const late = since === null ? [] : [`messages : en retard depuis le ${formatDateTime(since)}`];
  if (needsJobs && !alive) return { ready: false, lines: ['travaux arrêtés', ...late] };
  return { ready: true, lines: ['prêt', ...late] };
}
