import type { Request, Response } from 'express';
import { NotFound } from '../domain/errors.ts';
import { localPath, paths } from '../paths.ts';

const ELSEWHERE = new Set(['cross-site', 'same-site']);
/** The end of the address of a file. */
export const FILE = /\.(xlsx|pdf|csv)$/;

/** True for a link or a page of another site, which the person may not have meant to follow. */
const isFromElsewhere = (req: Request): boolean =>
  (req.method === 'GET' || req.method === 'HEAD') && ELSEWHERE.has(req.get('Sec-Fetch-Site') ?? '');

/** True for a page that leaves a trace in somebody's name, or counts: a file, a search outside, « Rattacher » (P12). */
function leavesTrace({ route, query }: Request): boolean {
  const path: string = route.path;
  if (FILE.test(path) || path === paths.accounts.attach.pattern) return true;
  return path === paths.accounts.index && [query.organisme].flat().includes('non');
}

/** Whether this request is to be asked for once more from here: no other site does something in somebody's name. */
export const isToBeRepeated = (req: Request, { refused }: { refused: boolean }): boolean =>
  isFromElsewhere(req) && (refused || leavesTrace(req));

/**
 * True where only the headers are asked for of a page that leaves a trace: nothing is looked up, since its size or its
 * status would tell what is traced. A file judges its address (list-exports.ts).
 */
export const isTracelessHead = (req: Request): boolean =>
  req.method === 'HEAD' && leavesTrace(req) && !FILE.test(req.route.path);

/** A page whose button leads to the same address, from the portal itself. */
export function offerToContinue(req: Request, res: Response): void {
  const href = localPath(req.originalUrl);
  if (href === null) throw new NotFound();
  res.render('pages/continue', { title: 'Continuer vers cette page', href, home: paths.home });
}
