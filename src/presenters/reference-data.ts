import { REQUEST_MODE_NAMES, VALIDATOR_NAMES } from '../domain/role.ts';
import type { ListedRole } from '../repositories/lists/roles.ts';
import type { Edited } from '../repositories/reference-data.ts';
import type { RoleUsage } from '../repositories/roles.ts';
import type { Changing } from '../services/reference-data.ts';
import type { Confirmation } from './confirmation.ts';
import { conflictOf } from './conflict.ts';
import { formatDateTime, plural } from './format.ts';

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
] as const;

/** How a role is asked for, for its form (F5). */
export const REQUEST_CHOICES = [
  { value: 'online', label: REQUEST_MODE_NAMES.online, hint: 'depuis la page de l’application' },
  { value: 'procedure', label: REQUEST_MODE_NAMES.procedure, hint: 'celle décrite ci-dessous est affichée' },
  { value: 'none', label: REQUEST_MODE_NAMES.none, hint: 'il est seulement accordé, ou en accès libre' },
] as const;

/** How one gets a role, in a few words (F6, F8, P3b). */
export function requestOf({ kind, requestMode }: Pick<ListedRole, 'kind' | 'requestMode'>): string {
  if (kind === 'local_administrator') return 'Par délégation';
  return kind === 'national' ? 'Donné par l’Ucanss' : REQUEST_MODE_NAMES[requestMode];
}

/** How long it lasts unless told. */
export const durationOf = ({
  defaultDurationDays: days,
}: Pick<ListedRole, 'defaultDurationDays'>): string | null =>
  days === null ? null : plural(days, 'jour', 'jours');

/** What hangs on a role, told before it is changed. */
export function roleUsage({ holders, pending }: Omit<RoleUsage, 'isLast'>): string {
  const [many, several] = [holders >= 2, pending >= 2];
  const people =
    holders === 0
      ? 'Personne n’a ce rôle.'
      : `${plural(holders, 'personne a', 'personnes ont')} ce rôle\u00a0: ${many ? 'elles le gardent' : 'elle le garde'}, quoi que vous changiez ici.`;
  if (pending === 0) return `${people} Aucune demande en cours ne le concerne.`;
  const requests = plural(pending, 'demande en cours le concerne', 'demandes en cours le concernent');
  return `${people} ${requests}\u00a0: ${several ? 'elles suivent' : 'elle suit'} le rôle, et c’est qui le valide désormais qui en décide. S’il est fermé ou en accès libre, ${several ? 'elles ne peuvent plus qu’être refusées' : 'elle ne peut plus qu’être refusée'}.`;
}

/** Before a role is closed: who keeps it, and what waits for it. */
export function roleClosing(
  { label, applicationName }: { label: string; applicationName: string },
  { holders, pending, isLast }: RoleUsage,
): Confirmation {
  const kept = plural(holders, 'personne la garde', 'personnes la gardent');
  const requests = plural(
    pending,
    'demande ne pourra qu’être refusée',
    'demandes ne pourront qu’être refusées',
  );
  return {
    title: `Fermer le rôle «\u00a0${label}\u00a0»`,
    effect: 'Cette habilitation ne pourra plus être ni activée ni demandée.',
    points: [
      holders === 0
        ? 'Personne n’a cette habilitation.'
        : `${kept}\u00a0: elle se retire encore, et ne se redonne pas.`,
      pending === 0 ? 'Aucune demande en cours ne la concerne.' : `${requests}.`,
      ...(isLast
        ? [
            `C’est la dernière habilitation ouverte de «\u00a0${applicationName}\u00a0»\u00a0: l’application quitte le catalogue.`,
          ]
        : []),
    ],
    danger: true,
  };
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
