import { once } from 'node:events';
import { createServer } from 'node:http';
import express from 'express';
import type { Environment } from '../config/environment.ts';
import { withPatience } from '../database/patience.ts';
import type { Gauged } from '../middlewares/gauges.ts';
import { health } from '../middlewares/health.ts';
import { metrics } from '../middlewares/metrics.ts';

/** Milliseconds: what asks is a machine, and asks for little. */
const LIMITS = { headersTimeout: 5_000, requestTimeout: 5_000, connectionsCheckingInterval: 1_000 };
const MOST_CONNECTIONS = 20;

/**
 * `/livez`, `/readyz` and `/metrics` of a process that only does jobs, on WORKER_PORT where it is set.
 * @throws where the port is taken
 */
export async function startProbes({
  environment: { workerPort, host, metricsToken, trustProxy },
  ...process
}: Gauged & { environment: Environment }): Promise<{ stop(): void }> {
  if (workerPort === null) return { stop() {} };
  const app = express();
  app.disable('x-powered-by');
  app.use((_req, _res, next) => withPatience(next));
  app.use(health({ ...process, needsJobs: true }));
  app.use(metrics({ ...process, metricsToken, trustProxy }));
  app.use((_req, res) => {
    res.status(404).type('text').send('inconnu\n');
  });
  const server = createServer(LIMITS, app);
  server.maxConnections = MOST_CONNECTIONS;
  server.listen(workerPort, host);
  await once(server, 'listening');
  return {
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
