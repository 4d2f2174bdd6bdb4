import type { EntitlementRow } from '../repositories/lists/entitlements.ts';
import type { Snapshot } from '../repositories/snapshot.ts';
import { formatDate, fullName } from './format.ts';

type Assignment = EntitlementRow['assignments'][number];

/** The label of a right; « Administrateur local » says of which organism when it is not the person's own. */
export function labelOf(assignment: Assignment, person: EntitlementRow, snapshot: Snapshot): string {
  const label = snapshot.roles.get(assignment.roleId)?.label ?? '';
  if (assignment.organismId === null || assignment.organismId === person.organismId) return label;
  return `${label} (${snapshot.organisms.get(assignment.organismId)?.name ?? ''})`;
}

interface ShownPerson {
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
  /** Of a departure that is planned; null for none. */
  leavesOn: string | null;
  roles: { code: string; label: string; endsOn: string | null; isAdministrator: boolean }[];
}

/** A row of « État des habilitations » (R14). */
export function showPerson(person: EntitlementRow, snapshot: Snapshot): ShownPerson {
  return {
    id: person.id,
    person: fullName(person),
    lastName: person.lastName,
    firstName: person.firstName,
    email: person.email,
    functionTitle: person.functionTitle,
    organism: snapshot.organisms.get(person.organismId)?.name ?? '',
    isExecutive: person.isExecutive,
    active: person.active,
    leavesOn: person.leavesOn && formatDate(person.leavesOn),
    roles: person.assignments.map((assignment) => ({
      code: snapshot.roles.get(assignment.roleId)?.code ?? '',
      label: labelOf(assignment, person, snapshot),
      endsOn: assignment.endsOn && formatDate(assignment.endsOn),
      isAdministrator: assignment.organismId !== null,
    })),
  };
}
