import type { Request } from 'express';
import type { Actor, OrganismName } from '../domain/actor.ts';
import { currentOrganism, type Scope, scopeName } from '../domain/scope.ts';
import { localPath } from '../routes/paths.ts';
import { fullName } from './format.ts';
import { type MenuSection, menuOf } from './menu.ts';
import { type ShownNotice, showNotice } from './notices.ts';

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
  menu: MenuSection[];
  notices: ShownNotice[];
  csrf: string | null;
  demonstration: boolean;
  session: { idleMinutes: number } | null;
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
  const scope = req.scope ?? (local ? currentScope(req, actor) : undefined);
  return {
    person: actor && { name: fullName(actor), email: actor.email },
    place: scope ? scopeName(scope) : (actor?.organismName ?? null),
    here: req.method === 'GET' && req.access === 'management' ? localPath(req.originalUrl) : null,
    organisms: local ? actor.administers : [],
    currentOrganism: scope?.kind === 'organism' ? scope.organism : null,
    menu: actor ? menuOf(actor, scope, req.path) : [],
    notices: [...scopeFault(req), ...takeNotices(req)],
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
    menu: [],
    notices: [],
    csrf: null,
  },
  ...{ demonstration, session: null },
});

/** A refused or unknown page has no scope of its own: the organism that the menu leads to is told all the same. */
function currentScope({ session }: Request, actor: Actor): Scope | undefined {
  const organism = currentOrganism(actor, session?.organismId);
  return organism && { kind: 'organism', organism };
}

/** A `perimetre` that is not taken is told on every page, whatever it shows. */
const scopeFault = ({ scopeFault: text }: Request): ShownNotice[] =>
  text === undefined ? [] : [{ kind: 'warning', text, link: null }];

function takeNotices(req: Request): ShownNotice[] {
  const notices = req.session?.notices ?? [];
  if (notices.length > 0) req.session.notices = [];
  return notices.map(showNotice);
}
