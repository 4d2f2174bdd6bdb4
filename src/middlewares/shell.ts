import type { RequestHandler } from 'express';
import { hrefOf } from '../presenters/href.ts';
import { shellOf } from '../presenters/shell.ts';

/** Gives every view its `href`, and its shell, built when a page is rendered: only then is the scope known. */
export function shell(options: { demonstration: boolean; idle: number }): RequestHandler {
  return (req, res, next) => {
    res.locals.href = hrefOf(req);
    let built: ReturnType<typeof shellOf> | undefined;
    Object.defineProperty(res.locals, 'shell', {
      enumerable: true,
      get: () => {
        built ??= shellOf(req, { ...options, csrf: res.locals.csrfToken ?? null });
        return built;
      },
    });
    next();
  };
}
