import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { createLogger } from '../../src/config/logger.ts';
import { errors, notFound } from '../../src/middlewares/errors.ts';
import { requestLog } from '../../src/middlewares/request-log.ts';
import { shell } from '../../src/middlewares/shell.ts';
import { views } from '../../src/middlewares/views.ts';

/** A small application with only what pages need, for the tests of one middleware; no database. */
export async function serveSmallApp(prepare: (app: Express) => void, log?: (line: string) => void) {
  const logger = log ? createLogger('trace', { write: log }) : createLogger('silent');
  const app = express();
  app.disable('x-powered-by');
  views(app, { accessibility: 'non' });
  app.use(requestLog(logger));
  app.use(shell({ demonstration: false, idle: 60_000 }));
  prepare(app);
  app.use(notFound);
  app.use(errors());
  const server: Server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
