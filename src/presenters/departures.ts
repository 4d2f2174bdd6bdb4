import type { Account } from '../repositories/accounts.ts';
import type { ForeseenDeparture } from '../services/departing.ts';
import { accountFaultSentence, DEACTIVATION_WARNING, leavesWithout } from './account-acts.ts';
import type { Confirmation } from './confirmation.ts';
import { formatDate, fullName, plural } from './format.ts';

/** « Départ de Prénom NOM » (R76): what goes, when, and what stays. */
export function departureConfirmation(account: Account, foreseen: ForeseenDeparture): Confirmation {
  const person = fullName(account);
  return {
    title: `Départ de ${person}`,
    organism: account.organismName,
    effect: DEACTIVATION_WARNING,
    points: pointsOf(`${person} (${account.email})`, foreseen),
    warning: warningOf(person, foreseen),
    refusal: foreseen.fault && accountFaultSentence(foreseen.fault, person, foreseen.left),
    danger: true,
    fields: [
      {
        view: 'day',
        name: 'jour',
        label: 'Date du départ',
        hint: 'Vide\u00a0: tout de suite. Sinon, dès 0\u00a0h\u00a005 ce jour.',
      },
      ...takenWith(foreseen),
      { view: 'reason', hint: null, required: true, rows: 2 },
    ],
    input: inputOf(foreseen),
  };
}

/** Another day for the departure that is planned: what was chosen for it is there. */
function inputOf({ planned }: ForeseenDeparture): NonNullable<Confirmation['input']> {
  if (planned === null || planned.isKept) return { droits: 'oui', demandes: 'oui' };
  const { reason, rights, requests } = planned.terms;
  const ticked = (chosen: boolean) => (chosen ? 'oui' : '');
  return { jour: planned.on, motif: reason, droits: ticked(rights), demandes: ticked(requests) };
}

function pointsOf(addressed: string, { delegations, others }: ForeseenDeparture): string[] {
  return [
    `${addressed} ne pourra plus se connecter, et ses sessions ouvertes prendront fin.`,
    ...(delegations.length > 0 ? [`Sa délégation prendra fin\u00a0: ${delegations.join(', ')}.`] : []),
    ...(others > 0
      ? [
          `${plural(others, 'demande en cours reste', 'demandes en cours restent')} à décider par l’Ucanss, ou par un autre administrateur.`,
        ]
      : []),
    'Aucun message ne lui est envoyé, sauf pour les demandes refusées.',
  ];
}

function takenWith({ rights, requests }: ForeseenDeparture): NonNullable<Confirmation['fields']> {
  const view = 'check' as const;
  const taken = {
    view,
    name: 'droits',
    label:
      rights.length > 1
        ? `Supprimer aussi ses ${rights.length} habilitations`
        : 'Supprimer aussi son habilitation',
    hint: `${rights.join(', ')}.`,
  };
  const refused = {
    view,
    name: 'demandes',
    label: requests > 1 ? `Refuser ses ${requests} demandes` : 'Refuser sa demande',
    hint: 'Le motif ci-dessous est donné à qui a demandé.',
  };
  return [...(rights.length > 0 ? [taken] : []), ...(requests > 0 ? [refused] : [])];
}

function warningOf(person: string, { left, planned }: ForeseenDeparture): string | null {
  const said = [
    ...(left.length > 0 ? [leavesWithout(person, left)] : []),
    ...(planned === null
      ? []
      : [
          `Un départ est déjà prévu le ${formatDate(planned.on)}${planned.isKept ? ' par l’Ucanss, qui seule change ce jour\u00a0: laissez la date vide pour un départ immédiat.' : '\u00a0: celui-ci le remplace.'}`,
        ]),
  ];
  return said.join(' ') || null;
}

/** What a departure took, as it is told once it is done. */
export const takenSentence = ({ rights, requests }: { rights: number; requests: number }): string =>
  [
    'compte désactivé',
    ...(rights > 0 ? [plural(rights, 'habilitation supprimée', 'habilitations supprimées')] : []),
    ...(requests > 0 ? [plural(requests, 'demande refusée', 'demandes refusées')] : []),
  ].join(', ');
