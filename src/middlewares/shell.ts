import type { Request, RequestHandler } from 'express';
import { scopeCode, scopeName } from '../domain/scope.ts';
import { localPath, paths } from '../paths.ts';
import { formatDateTime } from '../presenters/format.ts';
import { showNotice } from '../presenters/notices.ts';
import { type Acting, RECORD, type Shell, shellOf } from '../presenters/shell.ts';
import { type ShownNotice, warning } from '../presenters/shown-notice.ts';
import { hrefOf, perimeterOf, shownScope } from './href.ts';

/** Gives every view its `href`, and its shell, built when a page is rendered: only then is the scope known. */
export function shell({ demonstration, idle }: { demonstration: boolean; idle: number }): RequestHandler {
  return (req, res, next) => {
    const href = hrefOf(req);
    res.locals.href = href;
    let built: Shell | undefined;
    Object.defineProperty(res.locals, 'shell', {
      enumerable: true,
      get: () => {
        built ??= shellOf({
          actor: req.user ?? null,
          scope: shownScope(req),
          path: req.path,
          here: hereOf(req),
          acting: actingOf(req),
          notices: [...toldOf(req), ...factorNotices(req), ...takeNotices(req)],
          csrf: res.locals.csrfToken ?? null,
          href,
          demonstration,
          idle,
        });
        return built;
      },
    });
    next();
  };
}

const hereOf = ({ method, access, originalUrl }: Request): string | null =>
  method === 'GET' && access?.startsWith('management') ? localPath(originalUrl) : null;

function actingOf(req: Request): Acting | null {
  const { access, scope } = req;
  if (!scope || !access || !/^(management|national)/.test(access)) return null;
  const everywhere = access.startsWith('national');
  return {
    organisme: scopeCode(scope),
    perimetre: perimeterOf(req),
    name: everywhere ? null : scopeName(scope),
  };
}

/** A `perimetre` that is not taken, and what became of a form that is shown again, or of one that is not. */
const toldOf = ({ scopeFault, formNotice, formRecord: href }: Request): ShownNotice[] => [
  ...(scopeFault === undefined ? [] : [warning(scopeFault)]),
  ...(formNotice === undefined ? [] : [warning(formNotice, href ? { href, label: RECORD } : null)]),
];

/** A second factor is asked of the person, and may still wait; or theirs is to be reset, which they may stop. */
function factorNotices({ factorDue: until, user, path, method }: Request): ShownNotice[] {
  if (method !== 'GET' || path.startsWith(paths.security.show)) return [];
  const resetAt = user?.factor?.resetAt ?? null;
  const told = [
    ...(until === undefined
      ? []
      : [
          `Votre profil demande un second facteur\u00a0: ajoutez-en un au plus tard le ${formatDateTime(until)}. Après, il sera demandé avant toute autre page.`,
        ]),
    ...(resetAt === null
      ? []
      : [
          `Votre second facteur sera réinitialisé le ${formatDateTime(resetAt)}\u00a0: si vous n’avez rien demandé, arrêtez cette réinitialisation.`,
        ]),
  ];
  return told.map((sentence) => warning(sentence, { href: paths.security.show, label: 'Ma sécurité' }));
}

/** Those left for this page, which are used up. */
function takeNotices(req: Request): ShownNotice[] {
  const notices = req.session?.notices ?? [];
  if (notices.length > 0) req.session.notices = [];
  return notices
    .map(showNotice)
    .filter((notice) => notice !== null)
    .map((notice) => (leadsHere(req, notice) ? { ...notice, link: null } : notice));
}

/** Nothing leads to the page that one is on. */
const leadsHere = ({ originalUrl }: Request, { link }: ShownNotice): boolean =>
  link?.href.split('#')[0] === originalUrl;
