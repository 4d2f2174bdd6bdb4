import { type RoleRefusal, roleRefusal } from '../domain/asking.ts';
import { isReserved } from '../domain/role.ts';
import { holdsWords, searchable, searchWords } from '../domain/search.ts';
import { paths } from '../paths.ts';
import type { OwnEntitlement } from '../repositories/lists/my-information.ts';
import type { RoleDetails } from '../repositories/roles.ts';
import { formatDate } from './format.ts';

interface ShownTag {
  kind: 'accepted' | 'pending' | 'free' | 'ucanss';
  text: string;
}

/** A role in the catalogue: what it opens, for whom, how it is granted (F4), and where the person stands. */
interface ShownRole {
  code: string;
  label: string;
  description: string;
  audience: string;
  granting: string;
  procedure: string | null;
  reserved: boolean;
  tags: ShownTag[];
  /** « depuis le 12/11/2026 »; null where the person neither holds it nor asked for it. */
  standing: string | null;
  held: boolean;
  pending: boolean;
  /** True when the person may ask for it now, online (F5). */
  requestable: boolean;
}

interface ShownApplication {
  code: string;
  name: string;
  theme: string;
  href: string;
  /** « Ouvrir »; null where the person may not open it, or it has no address. */
  address: string | null;
  tags: ShownTag[];
  roles: ShownRole[];
  held: ShownRole[];
  /** True when one of its roles is asked online (F5). */
  online: boolean;
  requestable: ShownRole[];
}

interface ShownTheme {
  name: string;
  applications: ShownApplication[];
}

const GRANTING: Record<RoleRefusal, string> = {
  unknown: '',
  closed: 'Ce rôle n’est plus attribué.',
  free: 'Accès libre\u00a0: tout compte actif y a accès, sans rien demander.',
  delegated: 'Donné par délégation d’un administrateur local de l’organisme, ou par l’Ucanss.',
  national: 'Donné par l’Ucanss, à ses équipes et à l’audit.',
  procedure: 'Ne se demande pas en ligne. Validé par l’Ucanss.',
  not_online: 'Ne se demande pas en ligne\u00a0: adressez-vous à l’Ucanss.',
};

/** How a role is granted, in a sentence (F4, F6, F8). */
function grantingOf(role: RoleDetails): string {
  const refusal = roleRefusal(role);
  if (refusal === 'procedure' && !isReserved(role)) {
    return 'Ne se demande pas en ligne. Validé par un administrateur local de votre organisme.';
  }
  if (refusal !== null) return GRANTING[refusal];
  return isReserved(role)
    ? 'Se demande en ligne. Validé par l’Ucanss.'
    : 'Se demande en ligne. Validé par un administrateur local de votre organisme.';
}

function showRole(role: RoleDetails, own: OwnEntitlement | undefined, signedIn: boolean): ShownRole {
  const tags: ShownTag[] = [];
  if (own?.kind === 'held') tags.push({ kind: 'accepted', text: 'Vous avez ce rôle' });
  if (own?.kind === 'pending') tags.push({ kind: 'pending', text: 'Demande en cours' });
  if (role.validator === 'free') tags.push({ kind: 'free', text: 'Accès libre' });
  if (isReserved(role)) tags.push({ kind: 'ucanss', text: 'Validation Ucanss' });
  return {
    code: role.code,
    label: role.label,
    description: role.description,
    audience: role.audience,
    granting: grantingOf(role),
    procedure: role.procedure,
    reserved: isReserved(role),
    tags,
    standing: own === undefined ? null : standingOf(own),
    held: own?.kind === 'held',
    pending: own?.kind === 'pending',
    requestable: signedIn && own === undefined && roleRefusal(role) === null,
  };
}

function standingOf({ kind, since, endsOn }: OwnEntitlement): string {
  if (kind === 'pending') return `demandée le ${formatDate(since)}`;
  return `depuis le ${formatDate(since)}${endsOn === null ? '' : `, jusqu’au ${formatDate(endsOn)}`}`;
}

/** Sorts what is true of an application's roles into a few words beside its name. */
function applicationTags(roles: readonly ShownRole[]): ShownTag[] {
  const tags: ShownTag[] = [];
  if (roles.some(({ held }) => held)) tags.push({ kind: 'accepted', text: 'Vous y avez accès' });
  if (roles.some(({ pending }) => pending)) tags.push({ kind: 'pending', text: 'Demande en cours' });
  if (roles.every(({ tags: own }) => own.some(({ kind }) => kind === 'free'))) {
    tags.push({ kind: 'free', text: 'Accès libre' });
  }
  return tags;
}

/**
 * The applications with their roles, in the order of the reference data; `own` is null for a visitor. A closed role
 * shows only to who holds it, and an application without any other role not at all.
 */
export function showApplications(
  roles: readonly RoleDetails[],
  own: readonly OwnEntitlement[] | null,
): ShownApplication[] {
  // Of a role both held for several organisms and pending, what is held counts.
  const byRole = new Map((own ?? []).toSorted(heldLast).map((each) => [each.roleId, each]));
  const shown = roles.filter((role) => !role.closed || byRole.get(role.id)?.kind === 'held');
  return [...Map.groupBy(shown, ({ applicationCode }) => applicationCode)].flatMap(([code, group]) => {
    const [first] = group;
    if (!first) return [];
    const opens = (role: RoleDetails) => role.validator === 'free' || byRole.get(role.id)?.kind === 'held';
    const all = group.map((role) => showRole(role, byRole.get(role.id), own !== null));
    return {
      code,
      name: first.applicationName,
      theme: first.theme,
      href: paths.catalogue.show({ code }),
      address: own !== null && group.some(opens) ? first.applicationAddress : null,
      tags: applicationTags(all),
      roles: all,
      held: all.filter(({ held }) => held),
      online: group.some((role) => roleRefusal(role) === null),
      requestable: all.filter(({ requestable }) => requestable),
    };
  });
}

/** How the catalogue will show an application: to who has none of its roles, with the closed ones once they are open. */
export function cataloguePreview(
  { name, theme, address }: Pick<ShownApplication, 'name' | 'theme' | 'address'>,
  roles: readonly RoleDetails[],
) {
  const open = roles.filter(({ closed }) => !closed);
  const known = (open.length > 0 ? open : roles).map((role) => ({ ...role, closed: false }));
  const shown = known.map((role) => showRole(role, undefined, true));
  const seen =
    open.length > 0
      ? 'Ainsi le catalogue la montrera à une personne connectée qui n’a aucun de ses rôles.'
      : roles.length > 0
        ? 'Tous ses rôles sont fermés\u00a0: le catalogue ne la montre qu’à qui en a un. Une fois ouverts, elle y sera ainsi.'
        : 'Elle n’a aucun rôle\u00a0: le catalogue ne la montre pas.';
  const opening = address === null ? '' : ' Qui en a un y trouve aussi «\u00a0Ouvrir\u00a0».';
  return {
    name,
    theme,
    tags: applicationTags(shown),
    roles: shown,
    note: `${seen}${roles.length > 0 ? opening : ''}`,
  };
}

const heldLast = (one: OwnEntitlement, other: OwnEntitlement) =>
  Number(one.kind === 'held') - Number(other.kind === 'held');

/** The applications by theme, both in the order in which they come (F3). */
export function byTheme(applications: readonly ShownApplication[]): ShownTheme[] {
  return [...Map.groupBy(applications, ({ theme }) => theme)].map(([name, group]) => ({
    name,
    applications: group,
  }));
}

/** The applications that hold every word of a search in their name, theme, roles, descriptions or public (R11). */
export function searchApplications(
  applications: readonly ShownApplication[],
  text: string,
): ShownApplication[] {
  const words = searchWords(text);
  return applications.filter(({ name, theme, roles }) => {
    const said = roles.flatMap(({ label, description, audience, tags }) => [
      ...[label, description, audience],
      ...tags.map((tag) => tag.text),
    ]);
    const key = searchable([name, theme, ...said].join(' '));
    return holdsWords(key, words);
  });
}
