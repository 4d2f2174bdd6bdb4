import { dayInParis } from '../domain/calendar.ts';
import type { Column, Row } from '../exports/table.ts';
import type { Labels } from '../repositories/labels.ts';
import type { EntitlementRow, GrantedAssignment } from '../repositories/lists/entitlements.ts';
import { formatDate, fullName } from './format.ts';

/** « Aucune habilitation » (R14). */
const NONE = 'Aucune habilitation';

type Assignment = EntitlementRow['assignments'][number];

/** The label of a right; « Administrateur local » says of which organism when it is not the person's own. */
function labelOf(assignment: Assignment, person: EntitlementRow, labels: Labels): string {
  const label = labels.roles.get(assignment.roleId)?.label ?? '';
  if (assignment.organismId === null || assignment.organismId === person.organismId) return label;
  return `${label} (${labels.organisms.get(assignment.organismId)?.name ?? ''})`;
}

export interface ShownPerson {
  id: number;
  /** « Prénom NOM ». */
  person: string;
  lastName: string;
  firstName: string;
  email: string;
  functionTitle: string;
  organism: string;
  isExecutive: boolean;
  active: boolean;
  roles: { label: string; endsOn: string | null; isAdministrator: boolean }[];
}

/** A row of « État des habilitations » (R14). */
export function showPerson(person: EntitlementRow, labels: Labels): ShownPerson {
  return {
    id: person.id,
    person: fullName(person),
    lastName: person.lastName,
    firstName: person.firstName,
    email: person.email,
    functionTitle: person.functionTitle,
    organism: labels.organisms.get(person.organismId)?.name ?? '',
    isExecutive: person.isExecutive,
    active: person.active,
    roles: person.assignments.map((assignment) => ({
      label: labelOf(assignment, person, labels),
      endsOn: assignment.endsOn && formatDate(assignment.endsOn),
      isAdministrator: assignment.organismId !== null,
    })),
  };
}

/** Sheet « Personnes », and the columns of the PDF and the CSV. */
export const PEOPLE_COLUMNS: readonly Column[] = [
  { header: 'Nom', width: 19, strong: true },
  { header: 'Prénom', width: 14 },
  { header: 'Email', width: 36 },
  { header: 'Fonction', width: 26 },
  { header: 'Organisme', width: 18 },
  { header: 'Compte', width: 10 },
  { header: 'Habilitations', width: 60 },
];

/** `dated`: after the rights, those that have a last day say it. */
export function peopleRow(person: EntitlementRow, labels: Labels, { dated }: { dated: boolean }): Row {
  const shown = showPerson(person, labels);
  const rights = shown.roles.map(({ label }) => label).join(' ; ') || NONE;
  return [
    shown.lastName,
    shown.firstName,
    shown.email,
    shown.functionTitle,
    shown.organism,
    stateOf(person),
    dated ? rights + endsOf(shown) : rights,
  ];
}

/** « (Energie Lecteur jusqu’au 31/12/2027) », or nothing where no right has a last day. */
function endsOf({ roles }: ShownPerson): string {
  const ends = roles.flatMap(({ label, endsOn }) => (endsOn ? [`${label} jusqu’au ${endsOn}`] : []));
  return ends.length === 0 ? '' : ` (${ends.join(' ; ')})`;
}

const stateOf = ({ active }: EntitlementRow): string => (active ? 'Actif' : 'Inactif');

/** Sheet « Habilitations »: a row a right. */
export const ASSIGNMENT_COLUMNS: readonly Column[] = [
  { header: 'Nom', width: 22 },
  { header: 'Prénom', width: 18 },
  { header: 'Email', width: 34 },
  { header: 'Organisme', width: 26 },
  { header: 'Application', width: 28 },
  { header: 'Rôle', width: 40 },
  { header: 'Depuis le', width: 11, kind: 'date' },
  { header: 'Accordée par', width: 26 },
  { header: 'Jusqu’au', width: 11, kind: 'date' },
  { header: 'Compte', width: 10 },
];

export function assignmentRows(person: EntitlementRow<GrantedAssignment>, labels: Labels): Row[] {
  return person.assignments.map((assignment) => [
    person.lastName,
    person.firstName,
    person.email,
    labels.organisms.get(person.organismId)?.name ?? '',
    labels.roles.get(assignment.roleId)?.application ?? '',
    labelOf(assignment, person, labels),
    dayInParis(assignment.grantedAt),
    assignment.grantedBy,
    assignment.endsOn,
    stateOf(person),
  ]);
}

/** The filters in words, for the head of a printed list. */
export function filtersInWords({ nom, q }: { nom: string; q: string }): string[] {
  return [
    ...(nom === '' ? [] : [`Nom\u00a0: «\u00a0${nom}\u00a0»`]),
    ...(q === '' ? [] : [`Rechercher\u00a0: «\u00a0${q}\u00a0»`]),
  ];
}
