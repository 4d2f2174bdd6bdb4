import { timingSafeEqual } from 'node:crypto';
import { type Request, type RequestHandler, Router } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type Measure, onMeasure, stopwatch } from '../database/measures.ts';
import { type Gauged, gauges } from './gauges.ts';

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
/** Seconds. */
const ANSWERS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const STATEMENTS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
const JOBS = [0.01, 0.05, 0.25, 1, 5, 30, 120];
const LOCKS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 2.5];

const SIGN_INS = ['succeeded', 'refused', 'limited'] as const;

interface MetricsOptions extends Gauged {
  /** With it, `/metrics` answers from anywhere; null: to this machine alone. */
  metricsToken: string | null;
  /** How many proxies stand in front: with any, where a request comes from proves nothing. */
  trustProxy: number;
}

/**
 * `/metrics` in Prometheus' text: requests by route and status, their duration, statements of the database, jobs,
 * messages, files, sign-ins, acts and the process. A route is its pattern, never the address asked for: no personal data, and a
 * bounded number of series.
 */
export function metrics({ metricsToken, trustProxy, ...gauged }: MetricsOptions): RequestHandler {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const count = requestMetrics(registry);
  onMeasure(measureMetrics(registry));
  const look = gauges(registry, gauged);

  const router = Router();
  router.get('/metrics', async (req, res, next) => {
    if (!(trustProxy === 0 && isLocal(req)) && !bears(req, metricsToken)) return next();
    await look();
    res.type(registry.contentType).send(await registry.metrics());
  });
  router.use((req, res, next) => {
    const elapsed = stopwatch();
    res.on('finish', () => {
      count({
        method: req.method,
        route: routeOf(req),
        status: res.statusCode,
        seconds: elapsed(),
      });
    });
    next();
  });
  return router;
}

/** The pattern of the route; the files of pages are one, and so is what no route has. */
const routeOf = (req: Request): string =>
  req.originalUrl.startsWith('/assets/') ? '/assets' : (req.route?.path ?? 'other');

// What proxies add. Behind one that nobody declared every request comes from it: its address proves nothing.
const FORWARDED = ['X-Forwarded-For', 'Forwarded', 'X-Real-IP', 'Via'];

const isLocal = (req: Request): boolean =>
  LOOPBACK.test(req.socket.remoteAddress ?? '') && FORWARDED.every((name) => req.get(name) === undefined);

function bears(req: Request, token: string | null): boolean {
  if (token === null) return false;
  const [given, wanted] = [req.get('Authorization') ?? '', `Bearer ${token}`].map((text) =>
    Buffer.from(text),
  );
  return given?.length === wanted?.length && timingSafeEqual(given ?? Buffer.of(), wanted ?? Buffer.of());
}

function requestMetrics(registry: Registry) {
  const requests = new Counter({
    name: 'portail_requests_total',
    help: 'Requests answered, by route and status',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'portail_request_duration_seconds',
    help: 'Time to answer, by route',
    labelNames: ['route'],
    buckets: ANSWERS,
    registers: [registry],
  });
  return (answer: { method: string; route: string; status: number; seconds: number }): void => {
    const { method, route, status, seconds } = answer;
    requests.inc({ method, route, status: String(status) });
    durations.observe({ route }, seconds);
  };
}

/** What the rest of the portal measures: database, jobs, files, acts, and sign-ins among them. */
function measureMetrics(registry: Registry): (taken: Measure) => void {
  const registers = [registry];
  const statements = new Histogram({
    name: 'portail_database_query_duration_seconds',
    help: 'Time of a statement of the database',
    buckets: STATEMENTS,
    registers,
  });
  const jobs = new Histogram({
    name: 'portail_job_duration_seconds',
    help: 'Time of a job, by name and outcome',
    labelNames: ['job', 'outcome'] as const,
    buckets: JOBS,
    registers,
  });
  const locksWaited = new Histogram({
    name: 'portail_trail_lock_wait_seconds',
    help: 'Wait of an act for the lock that orders the trail',
    buckets: LOCKS,
    registers,
  });
  const locksHeld = new Histogram({
    name: 'portail_trail_lock_held_seconds',
    help: 'Time for which an act held that lock',
    buckets: LOCKS,
    registers,
  });
  const files = new Gauge({
    name: 'portail_exports_under_way',
    help: 'Files that are leaving',
    registers,
  });
  const events = new Counter({
    name: 'portail_events_total',
    help: 'Events of the trail, by act',
    labelNames: ['action'] as const,
    registers,
  });
  const signIns = new Counter({
    name: 'portail_sign_ins_total',
    help: 'Sign-ins, by outcome',
    labelNames: ['outcome'] as const,
    registers,
  });
  for (const outcome of SIGN_INS) signIns.inc({ outcome }, 0);
  return (taken) => {
    if (taken.kind === 'query') return statements.observe(taken.seconds);
    if (taken.kind === 'trail-lock') {
      locksWaited.observe(taken.waited);
      return locksHeld.observe(taken.held);
    }
    if (taken.kind === 'fault') return;
    if (taken.kind === 'exports') return files.set(taken.underWay);
    if (taken.kind === 'job') return jobs.observe({ job: taken.job, outcome: taken.outcome }, taken.seconds);
    events.inc({ action: taken.action });
    const outcome = SIGN_INS.find((each) => taken.action === `sign_in.${each}`);
    if (outcome) signIns.inc({ outcome });
  };
}
