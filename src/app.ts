import express, { type Express } from 'express';
import type { AppContext } from './controllers/context.ts';
import { withPatience } from './database/patience.ts';
import type { Worker } from './jobs/index.ts';
import { guard } from './middlewares/access.ts';
import { assets } from './middlewares/assets.ts';
import { errors, notFound } from './middlewares/errors.ts';
import { formKeys } from './middlewares/form-keys.ts';
import { formPages } from './middlewares/form-pages.ts';
import { formTokens } from './middlewares/form-tokens.ts';
import { cancelled, forms } from './middlewares/forms.ts';
import { health } from './middlewares/health.ts';
import { hostNames } from './middlewares/host-names.ts';
import { keptForms } from './middlewares/kept-forms.ts';
import { metrics } from './middlewares/metrics.ts';
import { requestLog } from './middlewares/request-log.ts';
import { rightClock } from './middlewares/right-clock.ts';
import { sameOrigin } from './middlewares/same-origin.ts';
import { securityContact } from './middlewares/security-contact.ts';
import { noStore, securityHeaders } from './middlewares/security-headers.ts';
import { sessions } from './middlewares/session.ts';
import { shell } from './middlewares/shell.ts';
import { uploads } from './middlewares/uploads.ts';
import { views } from './middlewares/views.ts';
import { pagesOf } from './presenters/act-record.ts';
import { routes } from './routes/index.ts';

/** The portal as an Express application: its middlewares and routes, in order. It listens to nothing by itself. */
export function createApp(
  context: AppContext & { sessionSecret: string; worker: Pick<Worker, 'status'> },
): Express {
  const { db, services, clock, environment, logger, demonstration, sessionSecret } = context;
  const { baseUrl, sessionIdle: idle, sessionAbsolute: absolute } = environment;
  const https = baseUrl.startsWith('https://');
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', environment.trustProxy);
  app.set('query parser', 'simple');
  app.set('etag', false);
  // Every page has one address: with a slash at its end it is another, which does not exist.
  app.enable('strict routing');
  views(app, environment);

  app.use((_req, _res, next) => withPatience(next));
  app.use(requestLog(logger));
  app.use(securityHeaders({ https }));
  app.use(health(context));
  app.use(metrics({ ...context, ...environment }));
  app.use(shell({ demonstration, idle }));
  app.use(hostNames({ baseUrl }));
  app.use(securityContact(context));
  app.use(assets());
  app.use(noStore);
  app.use(...forms);
  app.use(sameOrigin({ baseUrl }));
  app.use(rightClock(context));
  app.use(sessions({ db, clock, secret: sessionSecret, https, idle, absolute }));
  app.use(uploads());
  app.use(formTokens({ secret: sessionSecret }));
  app.use(cancelled);

  const pages = pagesOf(routes);
  const keys = formKeys({ services, pages });
  const kept = keptForms({ services, keys, https });
  const pageOf = formPages(routes, ({ handler }) => handler(context));
  for (const { method, path, access, identity, handler } of routes) {
    if (access === 'demonstration' && !demonstration) continue;
    const formPage = method === 'post' ? pageOf(path) : null;
    app[method](
      path,
      guard(
        { db, clock, services, forms: kept, rule: environment.secondFactor },
        { access, formPage, identity: typeof identity === 'function' ? identity(context) : identity },
      ),
      kept.giveBack,
      ...(formPage
        ? [kept.dropSent, keys.begin, handler(context), keys.settle(formPage, kept.fillAgain)]
        : [handler(context)]),
    );
  }
  app.use(notFound);
  app.use(errors(pages));
  return app;
}
