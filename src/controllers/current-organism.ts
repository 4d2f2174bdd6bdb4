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
      const back = localPath(req.body?.retour) ?? paths.management;
      return redirectTo(req, res, organism ? sameScreen(back, organism.code) : back);
    }) satisfies RequestHandler,

    /** « Gestion » opens on its first page. */
    home: ((req, res) => {
      res.redirect(302, withQuery(paths.entitlements.index, { perimetre: askedPerimeter(req) }));
    }) satisfies RequestHandler,
  };
}

/** The same screen of another organism: a record is of one, so that its list is what they have in common. */
function sameScreen(back: string, organism: string): string {
  const { pathname, searchParams } = new URL(back, 'http://portail.invalid');
  const list = pathname.replace(/\/\d+(\/.*)?$/, '');
  if (list !== pathname) return withQuery(list, { perimetre: organism });
  searchParams.delete('page');
  searchParams.set('perimetre', organism);
  return `${pathname}?${searchParams}`;
}
