import { fileURLToPath } from 'node:url';
import express, { type RequestHandler, Router } from 'express';

const folder = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Files of packages, by what the portal calls them. */
const VENDORS: Readonly<Record<string, string>> = {
  'bootstrap.min.css': 'bootstrap/dist/css/bootstrap.min.css',
  'webauthn.min.js': '@simplewebauthn/browser/dist/bundle/index.umd.min.js',
};

/** Style sheets, scripts, images and the typeface: public, and long kept, since their addresses carry a version. */
export function assets(): RequestHandler {
  const router = Router();
  const options = { maxAge: '30d', index: false, redirect: false } as const;
  router.use('/assets', express.static(folder('public'), options));
  router.use(
    '/assets/vendor/atkinson',
    express.static(folder('node_modules/@fontsource-variable/atkinson-hyperlegible-next/files'), options),
  );
  for (const [name, path] of Object.entries(VENDORS))
    router.get(`/assets/vendor/${name}`, (_req, res) => {
      res.sendFile(folder(`node_modules/${path}`), { maxAge: '30d' });
    });
  return router;
}
