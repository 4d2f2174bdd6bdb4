import type { Actor } from '../domain/actor.ts';
import { type CancelFault, cancelFault, PLANNED_NAMES } from '../domain/planned-act.ts';
import { paths } from '../paths.ts';
import type { Account } from '../repositories/accounts.ts';
import type { PlannedRow } from '../repositories/lists/planned-acts.ts';
import type { PlannedAct } from '../repositories/planned-acts.ts';
import { BEYOND } from './account-acts.ts';
import type { Confirmation } from './confirmation.ts';
import { formatDate, formatDateTime, fullName } from './format.ts';

export const plannedName = ({ kind }: Pick<PlannedRow, 'kind'>): string =>
  kind === 'reset' ? 'Réinitialisation du second facteur' : PLANNED_NAMES[kind];

/** Whom it is about: who is nominated may have no account yet. */
export const plannedPerson = (row: Pick<PlannedRow, 'kind' | 'terms' | 'firstName' | 'lastName'>): string => {
  const planned = row as unknown as PlannedAct;
  return planned.kind === 'nomination' ? planned.terms.person : fullName(row);
};

/** What it will do, beside its name. */
export function plannedEffect(act: Pick<PlannedRow, 'kind' | 'terms'>): string {
  if (act.kind === 'reset') {
    const { at } = act.terms as { at: string };
    return `Le ${formatDateTime(new Date(at))}, sauf si la personne s’y oppose`;
  }
  const planned = act as PlannedAct;
  if (planned.kind === 'nomination') return planned.terms.what;
  if (planned.kind === 'departure') {
    const { rights, requests } = planned.terms;
    return [
      'Compte désactivé',
      ...(rights ? ['habilitations supprimées'] : []),
      ...(requests ? ['demandes refusées'] : []),
    ].join(', ');
  }
  const { endsOn, replaces } = planned.terms;
  return [
    'Administrateur local',
    ...(endsOn === null ? [] : [`jusqu’au ${formatDate(endsOn)}`]),
    ...(replaces === '' ? [] : [`en remplacement de ${replaces}`]),
  ].join(', ');
}

/** Before it is given up. */
export const cancelConfirmation = (
  act: PlannedAct,
  person: Account | null,
  fault: CancelFault | null,
): Confirmation => ({
  title: `Annuler\u00a0: ${plannedName(act)}${person ? ` de ${fullName(person)}` : ''}`,
  effect: `Prévu le ${formatDate(act.effectiveOn)}, cet acte n’aura pas lieu. Rien d’autre ne change.`,
  points: [plannedEffect(act)].filter((text) => text !== ''),
  refusal: fault && cancelFaultSentence(fault),
});

export const cancelFaultSentence = (fault: CancelFault): string =>
  fault === 'oneself'
    ? 'Cet acte vous concerne\u00a0: un autre administrateur peut l’annuler.'
    : `${BEYOND}.`;

/** What is to come, on an account page; `cancel` where one may give it up. */
export const showPlanned = (row: PlannedRow, actor: Actor) => ({
  title: `${plannedName(row)} prévu${row.kind === 'departure' ? '' : 'e'} le ${formatDate(row.effectiveOn)}`,
  detail: [plannedEffect(row), ...(row.askedBy === '' ? [] : [`demandé par ${row.askedBy}`])].join(
    '\u00a0; ',
  ),
  cancel: cancelFault(actor, row) === null ? paths.plannedActs.cancel({ id: row.id }) : null,
  complement: `${plannedName(row)} de ${plannedPerson(row)}`,
});
