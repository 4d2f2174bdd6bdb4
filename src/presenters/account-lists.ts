import { isGrantable, isReserved } from '../domain/role.ts';
import type { RoleDetails } from '../repositories/roles.ts';

/** A line of the two lists of habilitations (R52). */
interface ListedRole {
  id: number;
  label: string;
  application: string;
  assigned: boolean;
  reserved: boolean;
}

/**
 * The two lists: what can be granted, and what the person holds although it no longer is (closed since). Delegations,
 * national and free roles are in neither (P3b, P4).
 */
export function listedRoles(
  roles: readonly RoleDetails[],
  assigned: readonly number[],
  actsForUcanss: boolean,
): ListedRole[] {
  return roles
    .filter((role) => isGrantable(role) || (role.kind === 'ordinary' && assigned.includes(role.id)))
    .map((role) => ({
      id: role.id,
      label: role.label,
      application: role.applicationName,
      assigned: assigned.includes(role.id),
      reserved: isReserved(role) && !actsForUcanss,
    }));
}

/** What was done to the rights, in one sentence; empty when nothing was. */
export function movesSentence(moves: Record<'granted' | 'requested' | 'removed' | 'left', string[]>): string {
  const told: [string[], string][] = [
    [moves.granted, 'Accordé'],
    [moves.removed, 'Retiré'],
    [moves.requested, 'Demandé à l’Ucanss'],
    [moves.left, 'Laissé tel quel'],
  ];
  return told
    .filter(([labels]) => labels.length > 0)
    .map(([labels, done]) => `${done}\u00a0: ${labels.join(', ')}.`)
    .join(' ');
}
