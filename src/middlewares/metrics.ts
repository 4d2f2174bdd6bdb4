import { type RequestHandler, Router } from 'express';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
/** Seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/**
 * `/metrics` in Prometheus' text, for this machine alone: requests by route and status, their duration, and the
 * process. A route is its pattern, never the address asked for: no personal data, and a bounded number of series.
 */
export function metrics(): RequestHandler {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const labelNames = ['method', 'route', 'status'] as const;
  const requests = new Counter({
    name: 'portail_requests_total',
    help: 'Requests answered, by route and status',
    labelNames,
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'portail_request_duration_seconds',
    help: 'Time to answer, by route',
    labelNames: ['route'],
    buckets: BUCKETS,
    registers: [registry],
  });

  const router = Router();
  router.get('/metrics', async (req, res, next) => {
    // Behind a proxy every request comes from it: its address proves nothing, what it forwards does.
    if (!LOOPBACK.test(req.socket.remoteAddress ?? '') || req.get('X-Forwarded-For') !== undefined)
      return next();
    res.type(registry.contentType).send(await registry.metrics());
  });
  router.use((req, res, next) => {
    const start = process.hrtime.bigint();
    res.on('finish', () => {
      const route = req.route?.path ?? 'other';
      requests.inc({ method: req.method, route, status: String(res.statusCode) });
      durations.observe({ route }, Number(process.hrtime.bigint() - start) / 1e9);
    });
    next();
  });
  return router;
}
