import type { RequestHandler } from 'express';
import type { Access } from '../domain/permissions.ts';
import { paths } from '../paths.ts';

/** The page that has a form, as its route shows it. */
export interface FormPage {
  /** The pattern of its address. */
  path: string;
  access: Access;
  handler: RequestHandler;
  /** True where the form is sent to the address of its page: the page is then about that form, and fills it again. */
  isOwn: boolean;
  /** True where that page, or the one above, shows the form filled again; the others have nothing to fill in. */
  isFilled: boolean;
}

/** Forms with something to fill in that stand on a page above, which fills them again by itself. */
const FILLED_ABOVE = new Set<string>([paths.refusalReasons.edit.pattern]);

/** Forms of what was ticked in a list, or of a file: there is nothing to fill again on the page at their address. */
const NOTHING_TO_FILL = new Set<string>([paths.batches.index, paths.nominations.index]);

interface Shown {
  method: 'get' | 'post';
  path: string;
  access: Access;
}

/** Finds the page of each form: the one at the address that it is sent to, or the nearest above. */
export function formPages<R extends Shown>(
  routes: readonly R[],
  handlerOf: (route: R) => RequestHandler,
): (path: string) => FormPage {
  const pages = new Map(routes.filter(({ method }) => method === 'get').map((route) => [route.path, route]));
  return (path) => {
    let at = path;
    while (!pages.has(at) && at !== '') at = at.slice(0, at.lastIndexOf('/'));
    const page = pages.get(at) ?? pages.get(paths.home);
    if (!page) throw new Error(`${path}: no page has this form`);
    const isOwn = at === path && !NOTHING_TO_FILL.has(path);
    const { access } = page;
    return {
      path: page.path,
      access,
      handler: handlerOf(page),
      isOwn,
      isFilled: isOwn || FILLED_ABOVE.has(path),
    };
  };
}
