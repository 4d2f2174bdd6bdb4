import type { RequestHandler } from 'express';
import { hrefOf } from '../middlewares/href.ts';
import { actorOf, leaveNotice, redirectTo } from '../middlewares/request.ts';
import { localPath, paths } from '../paths.ts';
import type { Href } from '../presenters/href.ts';
import { identifier } from '../schemas/fields.ts';

/** The organism that a local administrator of several works on. */
export function currentOrganismController() {
  const update: RequestHandler = (req, res) => {
    const parsed = identifier.safeParse(req.body?.organisme);
    const organism = actorOf(req).administers.find(({ id }) => parsed.success && id === parsed.data);
    if (organism) {
      req.session.organismId = organism.id;
      leaveNotice(req, { notice: 'organism-changed', values: { name: organism.name } });
    } else {
      leaveNotice(req, { notice: 'organism-unknown' });
    }
    const back = localPath(req.body?.retour) ?? paths.management;
    return redirectTo(req, res, organism ? sameScreen(hrefOf(req), back, organism.code) : back);
  };

  return { update };
}

/**
 * The same screen of another organism. A record is of one: its list is what they have in common.
 */
function sameScreen(href: Href, back: string, perimetre: string): string {
  const { pathname, searchParams } = new URL(back, 'http://portail.invalid');
  const list = pathname.replace(/\/\d+(\/.*)?$/, '');
  if (list !== pathname) return href(list, { perimetre });
  const { page, retour, ...kept } = Object.fromEntries(searchParams);
  return href(pathname, { ...kept, perimetre });
}
