import { NotFound } from '../domain/errors.ts';
import { isManaged, VALIDATOR_NAMES } from '../domain/role.ts';
import { organismIdOf, scopeName } from '../domain/scope.ts';
import { paths } from '../paths.ts';
import { formatDate, plural } from '../presenters/format.ts';
import { durationOf, requestOf } from '../presenters/reference-data.ts';
import { type RoleDetails, roleRepository } from '../repositories/roles.ts';
import type { Sources, SummaryPart, Visit } from './declaration.ts';

interface Known {
  role: RoleDetails;
}

/** @throws NotFound for a code that no role has. */
export async function roleOf({ snapshot }: Sources, { code }: Visit): Promise<Known> {
  const { roles } = await snapshot.current();
  const role = roles.values().find((each) => each.code === code);
  if (!role) throw new NotFound();
  return { role };
}

/** What the page of a role says before who holds it: what it is, who decides, what waits. */
export const ROLE_PAGE = {
  path: paths.roles.show,
  title: ({ known: { role } }: Visit<Known>) => role.label,
  under: ({ actor, href }: Visit<Known>) =>
    actor.national === null
      ? [{ label: 'Gestion des comptes', href: href(paths.accounts.index) }]
      : [{ label: 'Applications et rôles', href: href(paths.roles.index) }],
  links: ({ actor, href, code, known: { role } }: Visit<Known>) => [
    ...(isManaged(role)
      ? [
          {
            href: href(paths.accounts.index, { role: code }),
            label: 'Gestion des comptes avec ce rôle',
            icon: 'people',
          },
        ]
      : []),
    ...(actor.national === 'administrator'
      ? [{ href: href(paths.roles.edit({ id: role.id })), label: 'Modifier', icon: 'pencil' }]
      : []),
  ],
  above: 'management/reference-data/role-facts',
  // Of a role that no list of people counts nobody is counted, nor looked for.
  filters: { whileWaiting: false },
  beside: async ({ scope, href, known: { role } }: Visit<Known>, _asked: unknown, { db }: Sources) => {
    const { count, since } = await roleRepository(db).waiting(role.id, organismIdOf(scope));
    return {
      role: {
        ...role,
        validation: VALIDATOR_NAMES[role.validator],
        request: requestOf(role),
        duration: durationOf(role),
        waiting: {
          text:
            count === 0
              ? 'Aucune'
              : `${plural(count, 'demande', 'demandes')}${since === null ? '' : `, ${count >= 2 ? 'la plus ancienne ' : ''}du ${formatDate(since)}`}`,
          href: count === 0 ? null : href(paths.requests.pending, { q: role.label }),
        },
      },
    };
  },
  icon: 'people',
} as const;

/** How many have it, and where; of a role that no list of people counts, where alone. */
export const roleSummary = ({ scope, known: { role } }: Visit<Known>, counted: SummaryPart) => [
  ...(isManaged(role) ? [counted] : []),
  { text: scopeName(scope) },
];

/** Of a role that no list of people counts: where it is given instead. */
export function notCounted({ actor, href, known: { role } }: Visit<Known>) {
  if (isManaged(role)) return null;
  if (role.kind === 'local_administrator')
    return {
      title: 'Ce rôle se donne par délégation',
      text: 'Qui l’a, et jusqu’à quand, se lit dans «\u00a0Les administrateurs locaux\u00a0».',
      icon: 'people',
      action: { href: href(paths.delegations.index), label: 'Les administrateurs locaux' },
    };
  return role.kind === 'national'
    ? {
        title: 'Ce rôle est donné par l’Ucanss',
        text: 'C’est un profil national.',
        icon: 'people',
        action:
          actor.national === null
            ? null
            : { href: href(paths.nationalRoles.index), label: 'Profils nationaux' },
      }
    : { title: 'Accès libre', text: 'Toute personne qui a un compte actif y a accès.', icon: 'people' };
}
