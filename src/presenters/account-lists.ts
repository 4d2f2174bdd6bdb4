import { isGrantable, isReserved } from '../domain/role.ts';
import type { RoleDetails } from '../repositories/roles.ts';
import { plural } from './format.ts';

/** What saving would do to a right: nothing where it is null. */
type Move = 'removed' | 'granted' | 'requested' | 'kept_inactive';

/** A line of the two lists of habilitations (R52). */
export interface ListedRole {
  id: number;
  label: string;
  application: string;
  assigned: boolean;
  reserved: boolean;
  closed: boolean;
  /** Whether the person holds it. */
  held: boolean;
  move: Move | null;
  /** What says so, beside its name. */
  mark: string | null;
}

interface ListedFor {
  /** What the person holds, and what the second list has. */
  held: readonly number[];
  assigned: readonly number[];
  /** Whether who looks grants for Ucanss (P3). */
  actsForUcanss: boolean;
  /** Whether the account takes rights. */
  active: boolean;
}

/**
 * The two lists: what can be granted, and what the person holds although it no longer is (closed since). Delegations,
 * national and free roles are in neither (P3b, P4).
 */
export function listedRoles(
  roles: readonly RoleDetails[],
  { held, assigned, actsForUcanss, active }: ListedFor,
): ListedRole[] {
  const shown = new Set([...held, ...assigned]);
  const moveOf = (role: RoleDetails): Move | null => {
    const isHeld = held.includes(role.id);
    if (isHeld === assigned.includes(role.id)) return null;
    if (isHeld) return 'removed';
    if (!active) return 'kept_inactive';
    return isReserved(role) && !actsForUcanss ? 'requested' : 'granted';
  };
  return roles
    .filter((role) => isGrantable(role) || (role.kind === 'ordinary' && shown.has(role.id)))
    .map((role) => ({ role, move: moveOf(role) }))
    .map(({ role, move }) => ({
      id: role.id,
      label: role.label,
      application: role.applicationName,
      assigned: assigned.includes(role.id),
      reserved: isReserved(role) && !actsForUcanss,
      closed: role.closed,
      held: held.includes(role.id),
      move,
      mark: move && MOVED[move].mark,
    }));
}

/** How the recap counts each kind of move, for one and for more; and what marks its lines in the lists. */
const MOVED: Readonly<Record<Move, Readonly<Record<'one' | 'many' | 'mark', string>>>> = {
  removed: { one: 'droit retiré', many: 'droits retirés', mark: 'sera retirée' },
  granted: { one: 'droit accordé', many: 'droits accordés', mark: 'sera accordée' },
  requested: {
    one: 'droit demandé à l’Ucanss',
    many: 'droits demandés à l’Ucanss',
    mark: 'sera demandée à l’Ucanss',
  },
  kept_inactive: {
    one: 'droit non accordé, le compte est inactif',
    many: 'droits non accordés, le compte est inactif',
    mark: 'ne sera pas accordée',
  },
};

/** A line of the recap: `text` is empty for what no line of the two lists comes to. */
interface RecapLine {
  move: Move;
  one: string;
  many: string;
  mark: string;
  text: string;
}

/** « À l'enregistrement » : what saving the two lists would do, a line for each kind of move. */
export function recapOf(items: readonly ListedRole[]): RecapLine[] {
  return (Object.keys(MOVED) as Move[]).map((move) => {
    const { one, many, mark } = MOVED[move];
    const labels = items.filter((item) => item.move === move).map(({ label }) => label);
    const text = labels.length === 0 ? '' : `${plural(labels.length, one, many)}\u00a0: ${labels.join(', ')}`;
    return { move, one, many, mark, text };
  });
}

/** What becomes of « Motif » on « Modification de compte ». */
export const EDITING_REASON =
  'Facultatif\u00a0: il figure dans l’historique, et dans le message à la personne si un droit lui est accordé.';

/** What was done to the rights, in one sentence; empty when nothing was. */
export function movesSentence(moves: Record<'granted' | 'requested' | 'removed' | 'left', string[]>): string {
  const told: [string[], string][] = [
    [moves.granted, 'Accordé'],
    [moves.removed, 'Retiré'],
    [moves.requested, 'Demandé à l’Ucanss'],
    [moves.left, 'Laissé tel quel, car changé ou refusé entre-temps'],
  ];
  return told
    .filter(([labels]) => labels.length > 0)
    .map(([labels, done]) => `${done}\u00a0: ${labels.join(', ')}.`)
    .join(' ');
}
