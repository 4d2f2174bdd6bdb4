import type { RequestHandler } from 'express';
import { actorOf, askedPerimeter, leaveNotice, redirectTo } from '../middlewares/request.ts';
import { localPath, paths, withQuery } from '../routes/paths.ts';
import { identifier } from '../schemas/fields.ts';

/** The organism that a local administrator of several works on. */
export function currentOrganismController() {
  return {
    update: ((req, res) => {
      const parsed = identifier.safeParse(req.body?.organisme);
      const organism = actorOf(req).administers.find(({ id }) => parsed.success && id === parsed.data);
      if (organism) {
        req.session.organismId = organism.id;
        leaveNotice(req, 'organism-changed', { name: organism.name });
      } else {
        leaveNotice(req, 'organism-unknown');
      }
      return redirectTo(req, res, localPath(req.body?.retour) ?? paths.management);
    }) satisfies RequestHandler,

    /** « Gestion » opens on its first page. */
    home: ((req, res) => {
      res.redirect(302, withQuery(paths.entitlements.index, { perimetre: askedPerimeter(req) }));
    }) satisfies RequestHandler,
  };
}
