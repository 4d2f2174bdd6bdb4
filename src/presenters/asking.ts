import type { AskingRefusal } from '../domain/asking.ts';
import type { AwaitedDeciders, DecidedBy } from '../domain/decider.ts';
import { LAPSE_DAYS, type ReminderRefusal, remindableOn } from '../domain/request.ts';
import { contacts } from '../paths.ts';
import type { OwnRequestState } from '../repositories/own-requests.ts';
import { formatDate, fullName, listed } from './format.ts';

const REFUSALS: Record<AskingRefusal, string> = {
  unknown: 'Choisissez un rôle de cette application.',
  closed: 'Ce rôle n’est plus attribué\u00a0: il ne peut plus être demandé.',
  free: 'Ce rôle est en accès libre\u00a0: vous n’avez rien à demander.',
  delegated:
    'Ce rôle est donné par délégation\u00a0: adressez-vous à un administrateur local de votre organisme.',
  national: 'Ce rôle est donné par l’Ucanss\u00a0: il ne se demande pas.',
  procedure: 'Ce rôle ne se demande pas en ligne\u00a0: suivez la procédure indiquée sur cette page.',
  not_online: `Ce rôle ne se demande pas en ligne\u00a0: écrivez à ${contacts.email}.`,
  held: 'Vous avez déjà ce rôle\u00a0: il n’y a rien à demander.',
  pending: 'Vous avez déjà demandé ce rôle\u00a0: votre demande est en cours.',
};

/** Why a role cannot be asked for, as a sentence. */
export const askingRefusal = (refusal: AskingRefusal): string => REFUSALS[refusal];

const WAITS_FOR: Record<DecidedBy, string> = {
  local_administrators: 'aux administrateurs locaux de votre organisme',
  ucanss: 'à l’Ucanss',
};

/** To whom a request was passed on: « à l’Ucanss ». */
export const passedOnTo = (by: DecidedBy): string => WAITS_FOR[by];

const DECISIONS = { accepted: 'acceptée', refused: 'refusée' } as const;

/** « Maud SUPPLÉANTE et Welcome TESTPORTAIL », or « l’Ucanss ». */
export const awaitedNames = ({ by, people }: AwaitedDeciders): string =>
  by === 'ucanss' ? 'l’Ucanss' : listed(people.map(fullName));

/** Why a request is not told anew to who decides it, as a sentence. */
export function reminderRefused(refusal: ReminderRefusal, request: OwnRequestState): string {
  if (refusal === 'over') return tooLate(request, 'relancée');
  const { submittedAt, remindedAt } = request;
  const on = formatDate(remindableOn(submittedAt, remindedAt));
  return remindedAt === null
    ? `Cette demande date du ${formatDate(submittedAt)}\u00a0: vous pourrez la relancer à partir du ${on}.`
    : `Vous avez relancé cette demande le ${formatDate(remindedAt)}\u00a0; vous pourrez le faire de nouveau le ${on}.`;
}

/** Why a request can no longer be cancelled, as a sentence: what came first, by whom, when. */
export function tooLate(
  { status, decidedBy, decidedAt, lapsed }: OwnRequestState,
  done: 'annulée' | 'relancée' = 'annulée',
): string {
  if (status === 'accepted' || status === 'refused') {
    const when = decidedAt === null ? '' : ` le ${formatDate(decidedAt)}`;
    return `Cette demande a déjà été ${DECISIONS[status]} par ${decidedBy ?? 'l’Ucanss'}${when}\u00a0: elle ne peut plus être ${done}.`;
  }
  return lapsed
    ? `Cette demande est close\u00a0: personne n’en avait décidé en ${LAPSE_DAYS} jours. Vous pouvez la refaire.`
    : 'Cette demande est déjà annulée.';
}
