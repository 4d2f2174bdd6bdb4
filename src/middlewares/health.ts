import { type RequestHandler, Router } from 'express';
import type { Database } from '../database/knex.ts';
import { isMigrated } from '../database/migrate.ts';

/** `/livez`: the process answers. `/readyz`: the database is there and every migration has run. */
export function health({ db }: { db: Database }): RequestHandler {
  const router = Router();
  let migrated = false;
  router.get('/livez', (_req, res) => {
    res.type('text').send('vivant\n');
  });
  router.get('/readyz', async (_req, res) => {
    try {
      await db.raw('SELECT 1');
      migrated ||= await isMigrated(db);
    } catch {
      return void res.status(503).type('text').send('base de données injoignable\n');
    }
    if (!migrated) return void res.status(503).type('text').send('migrations en attente\n');
    res.type('text').send('prêt\n');
  });
  return router;
}
