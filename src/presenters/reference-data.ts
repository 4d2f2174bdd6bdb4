import { dayInParis } from '../domain/calendar.ts';
import { REQUEST_MODE_NAMES, VALIDATOR_NAMES } from '../domain/role.ts';
import type { Column, Row } from '../exports/table.ts';
import type { OrganismFilter, OrganismRow } from '../repositories/lists/organisms.ts';
import type { ListedRole, RoleFilter, RoleRow } from '../repositories/lists/roles.ts';
import type { Edited } from '../repositories/reference-data.ts';
import type { Changing } from '../services/reference-data.ts';
import { conflictOf } from './conflict.ts';
import { formatDate, formatDateTime, plural } from './format.ts';

/** Who validates a role, for its form: what each choice means (P3, P4). */
export const VALIDATION_CHOICES = [
  {
    value: 'local_administrator',
    label: VALIDATOR_NAMES.local_administrator,
    hint: 'il l’accorde lui-même dans son organisme',
  },
  {
    value: 'ucanss',
    label: VALIDATOR_NAMES.ucanss,
    hint: '«\u00a0Validation Ucanss\u00a0»\u00a0: l’administrateur local le demande à l’Ucanss',
  },
  {
    value: 'free',
    label: VALIDATOR_NAMES.free,
    hint: 'tout compte actif y a accès, sans rien demander ni accorder',
  },
];

/** How a role is asked for, for its form (F5). */
export const REQUEST_CHOICES = [
  { value: 'online', label: REQUEST_MODE_NAMES.online, hint: 'depuis la page de l’application' },
  { value: 'procedure', label: REQUEST_MODE_NAMES.procedure, hint: 'celle décrite ci-dessous est affichée' },
  { value: 'none', label: REQUEST_MODE_NAMES.none, hint: 'il est seulement accordé, ou en accès libre' },
];

/** How one gets a role, in a few words (F6, F8, P3b). */
function requestOf({ kind, requestMode }: ListedRole): string {
  if (kind === 'local_administrator') return 'Par délégation';
  return kind === 'national' ? 'Donné par l’Ucanss' : REQUEST_MODE_NAMES[requestMode];
}

const durationOf = ({ defaultDurationDays: days }: ListedRole): string | null =>
  days === null ? null : plural(days, 'jour', 'jours');

/** A line of « Applications et rôles ». */
export const showRole = ({ role, ...application }: RoleRow) => ({
  ...application,
  role: role && {
    ...role,
    validation: VALIDATOR_NAMES[role.validator],
    request: requestOf(role),
    duration: durationOf(role),
    closedOn: role.closedAt && formatDate(role.closedAt),
  },
});

/** The columns of « Applications et rôles » as they leave in a file. */
export const ROLE_COLUMNS: readonly Column[] = [
  { header: 'Thème', width: 22 },
  { header: 'Application', width: 24 },
  { header: 'Rôle', width: 32, strong: true },
  { header: 'Code', width: 26 },
  { header: 'Description', width: 40 },
  { header: 'Public', width: 30 },
  { header: 'Validation', width: 16 },
  { header: 'Demande', width: 16 },
  { header: 'Procédure', width: 34 },
  { header: 'Durée par défaut', width: 10 },
  { header: 'Fermé le', width: 11, kind: 'date' },
];

export function roleCells({ theme, application, role }: RoleRow): Row {
  if (role === null) return [theme, application, ...Array<null>(ROLE_COLUMNS.length - 2).fill(null)];
  const { label, code, description, audience, validator, procedure, closedAt } = role;
  return [
    ...[theme, application, label, code, description, audience, VALIDATOR_NAMES[validator]],
    ...[requestOf(role), procedure, durationOf(role), closedAt && dayInParis(closedAt)],
  ];
}

/** A line of « Organismes ». */
export const showOrganism = ({ closedAt, ...organism }: OrganismRow) => ({
  ...organism,
  closedOn: closedAt && formatDate(closedAt),
});

/** The columns of « Organismes » as they leave in a file. */
export const ORGANISM_COLUMNS: readonly Column[] = [
  { header: 'Code', width: 14 },
  { header: 'Nom', width: 46, strong: true },
  { header: 'Sigle', width: 12 },
  { header: 'Branche', width: 20 },
  { header: 'Département', width: 12 },
  { header: 'Région', width: 26 },
  { header: 'Ville', width: 22 },
  { header: 'Domaine de messagerie', width: 28 },
  { header: 'Fermé le', width: 11, kind: 'date' },
];

export const organismCells = (row: OrganismRow): Row => [
  ...[row.code, row.name, row.acronym, row.branch, row.department, row.region, row.city, row.mailDomain],
  row.closedAt && dayInParis(row.closedAt),
];

const searched = (words: string) => (words === '' ? [] : [`Rechercher\u00a0: «\u00a0${words}\u00a0»`]);
const inState = (state: 'ouvert' | 'ferme' | '') =>
  state === '' ? [] : [`État\u00a0: ${state === 'ouvert' ? 'Ouvert' : 'Fermé'}`];

/** The filters in words, for the head of a printed list. */
export const roleFiltersInWords = ({ words, validator, requestMode, state }: RoleFilter): string[] => [
  ...(validator === '' ? [] : [`Validation\u00a0: ${VALIDATOR_NAMES[validator]}`]),
  ...(requestMode === '' ? [] : [`Demande\u00a0: ${REQUEST_MODE_NAMES[requestMode]}`]),
  ...inState(state),
  ...searched(words),
];

export const organismFiltersInWords = ({ words, branch, state }: OrganismFilter): string[] => [
  ...(branch === '' ? [] : [`Branche\u00a0: ${branch}`]),
  ...inState(state),
  ...searched(words),
];

/** What hangs on a role, told before it is changed. */
export function roleUsage({ holders, pending }: { holders: number; pending: number }): string {
  const [many, several] = [holders >= 2, pending >= 2];
  const people =
    holders === 0
      ? 'Personne n’a ce rôle.'
      : `${plural(holders, 'personne a', 'personnes ont')} ce rôle\u00a0: ${many ? 'elles le gardent' : 'elle le garde'}, quoi que vous changiez ici.`;
  if (pending === 0) return `${people} Aucune demande en cours ne le concerne.`;
  const requests = plural(pending, 'demande en cours le concerne', 'demandes en cours le concernent');
  return `${people} ${requests}\u00a0: ${several ? 'elles suivent' : 'elle suit'} le rôle, et c’est qui le valide désormais qui en décide. S’il est fermé ou en accès libre, ${several ? 'elles ne peuvent plus qu’être refusées' : 'elle ne peut plus qu’être refusée'}.`;
}

/** What hangs on an organism, told before it is changed. */
export function organismUsage({ people, pending }: { people: number; pending: number }): string {
  const accounts =
    people === 0
      ? 'Aucun compte actif n’en fait partie.'
      : `${plural(people, 'compte actif en fait partie\u00a0: il y reste', 'comptes actifs en font partie\u00a0: ils y restent')}, même si l’organisme est fermé.`;
  if (pending === 0) return `${accounts} Aucune demande n’y est en cours.`;
  return `${accounts} ${plural(pending, 'demande y est', 'demandes y sont')} en cours\u00a0: si l’organisme est fermé, une demande de compte ne peut plus qu’être refusée.`;
}

/** « … a été modifié par … le … entre-temps », and the version that the form now carries. */
export const staleForm = (changed: string, { record, changes }: Extract<Changing, { kind: 'stale' }>) => ({
  version: record.version,
  ...conflictOf(`${changed}${editOf(record)}`, changes),
});

const editOf = ({ editedBy, editedAt }: Edited): string =>
  editedBy === null || editedAt === null ? '' : ` par ${editedBy} le ${formatDateTime(editedAt)}`;

/** « Dernière modification par … le … », or null where nobody changed it in the portal. */
export const lastEdit = (record: Edited): string | null =>
  record.editedAt === null ? null : `Dernière modification${editOf(record)}`;
