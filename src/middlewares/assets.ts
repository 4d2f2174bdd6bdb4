import { fileURLToPath } from 'node:url';
import express, { type RequestHandler, Router } from 'express';

const folder = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Style sheets, scripts, images and the typeface: public, and long kept, since their addresses carry a version. */
export function assets(): RequestHandler {
  const router = Router();
  const options = { maxAge: '30d', index: false, redirect: false } as const;
  router.use('/assets', express.static(folder('public'), options));
  router.use(
    '/assets/vendor/atkinson',
    express.static(folder('node_modules/@fontsource-variable/atkinson-hyperlegible-next/files'), options),
  );
  router.get('/assets/vendor/bootstrap.min.css', (_req, res) => {
    res.sendFile(folder('node_modules/bootstrap/dist/css/bootstrap.min.css'), { maxAge: '30d' });
  });
  return router;
}
