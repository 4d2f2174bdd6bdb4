import type { Actor, OrganismName } from '../domain/actor.ts';
import { type Scope, scopeName } from '../domain/scope.ts';
import { paths } from '../paths.ts';
import { fullName } from './format.ts';
import type { Href } from './href.ts';
import { type MenuSection, menuOf } from './menu.ts';
import type { ShownNotice } from './shown-notice.ts';

/** What the layout shows around every page. */
export interface Shell {
  person: { name: string; email: string } | null;
  /** What the page covers, else where the person works; null for a visitor. */
  place: string | null;
  /** The page of management that one is on; null elsewhere. */
  here: string | null;
  /** True on « Recherche », whose field is the page's. */
  searching: boolean;
  /** What a local administrator of several organisms chooses from, and which one is current. */
  organisms: readonly OrganismName[];
  currentOrganism: OrganismName | null;
  /** Which organism the forms of a management page are for; null elsewhere. */
  acting: Acting | null;
  menu: MenuSection[];
  notices: readonly ShownNotice[];
  csrf: string | null;
  demonstration: boolean;
  session: { idleMinutes: number } | null;
}

/** What every form of management carries, and every confirmation names (P5, P13). */
export interface Acting {
  /** The code of the organism, or « tous ». */
  organisme: string;
  /** Null for who does not choose: their addresses are without it. */
  perimetre: string | null;
  /** Its name; null for what is the same in every organism. */
  name: string | null;
}

/** What is around a page, of which its shell is made. */
interface Surroundings extends Pick<Shell, 'here' | 'acting' | 'notices' | 'csrf' | 'demonstration'> {
  /** Null for a visitor. */
  actor: Actor | null;
  scope: Scope | undefined;
  path: string;
  href: Href;
  /** Milliseconds without a request after which a session ends. */
  idle: number;
}

export function shellOf({ actor, scope, path, href, idle, ...given }: Surroundings): Shell {
  const local = actor !== null && actor.national === null;
  return {
    ...given,
    person: actor && { name: fullName(actor), email: actor.email },
    searching: path === paths.search,
    place: scope ? scopeName(scope) : (actor?.organismName ?? null),
    organisms: local ? actor.administers : [],
    currentOrganism: scope?.kind === 'organism' ? scope.organism : null,
    menu: actor ? menuOf(actor, { scope, path, href }) : [],
    session: actor && { idleMinutes: Math.floor(idle / 60_000) },
  };
}

/** The shell of a page that is for nobody in particular. */
export const visitorShell = ({ demonstration }: Pick<Shell, 'demonstration'>): Shell => ({
  person: null,
  place: null,
  here: null,
  searching: false,
  organisms: [],
  currentOrganism: null,
  acting: null,
  menu: [],
  notices: [],
  csrf: null,
  demonstration,
  session: null,
});

/** The link to what a form has done. */
export const RECORD = 'Vérifier ce qui a été enregistré';
