import type { Request } from 'express';
import type { OrganismName } from '../domain/actor.ts';
import { scopeCode, scopeName } from '../domain/scope.ts';
import { localPath } from '../paths.ts';
import { fullName } from './format.ts';
import { hrefOf, perimeterOf, shownScope } from './href.ts';
import { type MenuSection, menuOf } from './menu.ts';
import { showNotice } from './notices.ts';
import type { ShownNotice } from './shown-notice.ts';

/** What the layout shows around every page. */
export interface Shell {
  person: { name: string; email: string } | null;
  /** What the page covers, else where the person works; null for a visitor. */
  place: string | null;
  /** The page of management that one is on; null elsewhere. */
  here: string | null;
  /** What a local administrator of several organisms chooses from, and which one is current. */
  organisms: readonly OrganismName[];
  currentOrganism: OrganismName | null;
  /** Which organism the forms of a management page are for; null elsewhere. */
  acting: Acting | null;
  menu: MenuSection[];
  notices: ShownNotice[];
  csrf: string | null;
  demonstration: boolean;
  session: { idleMinutes: number } | null;
}

/** What every form of management carries, and every confirmation names (P5, P13). */
interface Acting {
  /** The code of the organism, or « tous ». */
  organisme: string;
  /** Null for who does not choose: their addresses are without it. */
  perimetre: string | null;
  /** Its name; null for what is the same in every organism. */
  name: string | null;
}

interface ShellOptions {
  csrf: string | null;
  demonstration: boolean;
  idle: number;
}

/** Builds the shell and uses up the notices left for this page. */
export function shellOf(req: Request, { csrf, demonstration, idle }: ShellOptions): Shell {
  const actor = req.user ?? null;
  const local = actor !== null && actor.national === null;
  const scope = shownScope(req);
  return {
    person: actor && { name: fullName(actor), email: actor.email },
    place: scope ? scopeName(scope) : (actor?.organismName ?? null),
    here: req.method === 'GET' && req.access?.startsWith('management') ? localPath(req.originalUrl) : null,
    organisms: local ? actor.administers : [],
    currentOrganism: scope?.kind === 'organism' ? scope.organism : null,
    acting: actingOf(req),
    menu: actor ? menuOf(actor, { scope, path: req.path, href: hrefOf(req) }) : [],
    notices: [...scopeFault(req), ...formNotice(req), ...takeNotices(req)],
    csrf,
    demonstration,
    session: actor && { idleMinutes: Math.floor(idle / 60_000) },
  };
}

/** The shell of a page that is for nobody in particular. */
export const visitorShell = ({ demonstration }: Pick<ShellOptions, 'demonstration'>): Shell => ({
  ...{
    person: null,
    place: null,
    here: null,
    organisms: [],
    currentOrganism: null,
    acting: null,
    menu: [],
    notices: [],
    csrf: null,
  },
  ...{ demonstration, session: null },
});

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

/** A `perimetre` that is not taken is told on every page, whatever it shows. */
const scopeFault = ({ scopeFault: text }: Request): ShownNotice[] =>
  text === undefined ? [] : [{ kind: 'warning', text, link: null }];

/** The link to what a form has done. */
export const RECORD = 'Vérifier ce qui a été enregistré';

/** What became of a form that is shown again, or of one that is not. */
const formNotice = ({ formNotice: text, formRecord: href }: Request): ShownNotice[] =>
  text === undefined
    ? []
    : [{ kind: 'warning', text, link: href === undefined ? null : { href, label: RECORD } }];

function takeNotices(req: Request): ShownNotice[] {
  const notices = req.session?.notices ?? [];
  if (notices.length > 0) req.session.notices = [];
  return notices.map(showNotice).filter((notice) => notice !== null);
}
