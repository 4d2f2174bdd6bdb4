import type { Actor } from '../domain/actor.ts';
import { mayAccess } from '../domain/permissions.ts';
import { requestLabel } from '../domain/request.ts';
import { choosesOrganism } from '../domain/scope.ts';
import { bestOf, type Rank } from '../domain/search.ts';
import { paths } from '../paths.ts';
import type { Found } from '../repositories/lists/found.ts';
import type { BriefRequest } from '../repositories/lists/my-information.ts';
import type { Snapshot } from '../repositories/snapshot.ts';
import { BATCH_TITLES } from './batches.ts';
import { formatDate, plural } from './format.ts';
import type { Href } from './href.ts';
import { stateOf } from './my-information.ts';

export interface Known {
  actor: Actor;
  snapshot: Snapshot;
  screens: readonly Screen[];
  href: Href;
}

export interface Screen {
  label: string;
  href: string;
  detail: string;
}

/** A thing that was found, with the page that it leads to. */
interface FoundLine extends Screen {
  tags?: { kind: string; text: string }[];
}

export interface Section {
  title: string;
  icon: string;
  lines: FoundLine[];
  /** The lists that have the others. */
  more: { href: string; label: string }[];
  /** How many of what, whatever is shown of them. */
  count: string;
  /** Of its best line. */
  rank: Rank;
}

export type Noun = readonly [one: string, many: string];

/** Most roles, applications, organisms or screens that are shown. */
export const MOST_LINES = 10;

/** Who reads of one organism alone is not told which. */
export function elsewhere(
  { actor, snapshot }: Known,
  organismId: number | null,
): { name: string[]; perimetre: string | null } {
  const organism = snapshot.organisms.get(organismId ?? 0);
  if (!organism || !choosesOrganism(actor)) return { name: [], perimetre: null };
  return { name: [organism.name], perimetre: actor.national === null ? organism.code : null };
}

/** A section of what the reference data has, each line with its rank. */
function section(
  title: string,
  icon: string,
  noun: Noun,
  lines: readonly (FoundLine & { rank: Rank })[],
): Section {
  const count = plural(lines.length, ...noun);
  return { title, icon, lines: lines.slice(0, MOST_LINES), more: [], count, rank: lines[0]?.rank ?? 2 };
}

export function rolesSection(words: string[], { actor, snapshot, href }: Known): Section {
  const manages = mayAccess('management', actor);
  const roles = bestOf(
    [...snapshot.roles.values()].filter(({ closed }) => manages || !closed),
    ({ label }) => label,
    words,
  );
  return section(
    'Rôles',
    'key',
    ['rôle', 'rôles'],
    roles.map(({ rank, ...role }) => ({
      rank,
      label: role.label,
      href: manages
        ? href(paths.roles.show({ code: role.code }))
        : paths.catalogue.show({ code: role.applicationCode }),
      detail: manages ? `Qui l’a · ${role.application}` : role.application,
      tags: role.closed ? [{ kind: 'inactive', text: 'Rôle fermé' }] : [],
    })),
  );
}

export function applicationsSection(words: string[], { snapshot }: Known): Section {
  const open = new Set(
    [...snapshot.roles.values()].filter(({ closed }) => !closed).map((role) => role.applicationId),
  );
  const found = bestOf(
    [...snapshot.applications.values()].filter(({ id }) => open.has(id)),
    ({ name }) => name,
    words,
  );
  const lines = found.map(({ rank, code, name, theme }) => ({
    rank,
    label: name,
    href: paths.catalogue.show({ code }),
    detail: theme,
  }));
  return section('Applications', 'star', ['application', 'applications'], lines);
}

/** National profiles read each organism; a local administrator finds who administers it. */
export function organismsSection(words: string[], { actor, snapshot, href }: Known): Section {
  if (!mayAccess('management', actor))
    return section('Organismes', 'building', ['organisme', 'organismes'], []);
  const found = bestOf(snapshot.organisms.values(), ({ name, code }) => `${name} ${code}`, words);
  const lines = found.map(({ rank, code, name, branch }) => ({
    rank,
    label: name,
    href:
      actor.national === null
        ? href(paths.delegations.all, { q: name })
        : href(paths.entitlements.index, { perimetre: code }),
    detail:
      actor.national === null ? `${branch} · ses administrateurs locaux` : `${branch} · ses habilitations`,
  }));
  return section('Organismes', 'building', ['organisme', 'organismes'], lines);
}

export function ownSection(words: string[], { own }: Found, { snapshot }: Known): Section {
  const labelOf = ({ kind, roleId }: BriefRequest) =>
    requestLabel(kind, roleId === null ? null : snapshot.roles.get(roleId)?.label);
  const lines = bestOf(own, labelOf, words).map((request) => ({
    rank: request.rank,
    label: labelOf(request),
    href: `${paths.myInformation}#demande-${request.id}`,
    detail: `demandée le ${formatDate(request.createdAt)}`,
    tags: [stateOf(request)],
  }));
  return section('Vos demandes', 'send', ['demande à vous', 'demandes à vous'], lines);
}

export function batchesSection({ batches }: Found, known: Known): Section {
  const lines = batches.map(({ id, kind, organismId, createdAt }) => {
    const { name, perimetre } = elsewhere(known, organismId);
    return {
      rank: 0 as const,
      label: `Lot n°\u00a0${id}`,
      href: known.href(paths.batches.show({ id }), { perimetre }),
      detail: [BATCH_TITLES[kind], `le ${formatDate(createdAt)}`, ...name].join(' · '),
    };
  });
  return section('Actions groupées', 'archive', ['action groupée', 'actions groupées'], lines);
}

/** What else a screen is called. */
const ALSO: Readonly<Record<string, string>> = {
  'Création d’un compte': 'Créer un nouveau compte',
  'Mes informations': 'Mon compte, mes demandes, mon téléphone, ma fiche',
  'Actions groupées': 'Lots',
  'Gestion des comptes': 'Fiches agents',
  Délégation: 'Nouvel administrateur local',
  Applications: 'Ouvrir une application, catalogue',
};

export function screensSection(words: string[], { screens }: Known): Section {
  const found = bestOf(screens, ({ label }) => `${label} ${ALSO[label] ?? ''}`, words);
  return section('Écrans', 'list', ['écran', 'écrans'], found);
}
