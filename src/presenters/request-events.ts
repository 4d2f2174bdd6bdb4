import type { EventAction } from '../domain/audit-event.ts';
import { ofOrganism, toOrganism } from '../domain/organism-name.ts';
import { LAPSE_DAYS } from '../domain/request.ts';
import type { EventRow } from '../repositories/lists/events.ts';
import { batchAsked } from './batches.ts';
import { changed, quoted, until, type Wording, who } from './event-wording.ts';
import { formatDate, plural } from './format.ts';

type RequestAction = Extract<EventAction, `request.${string}` | `requests.${string}`>;

/** « Demande de … pour … ». */
const requestOf = (event: EventRow, label: string | undefined): string => {
  const role = label ?? event.role;
  return `${role === null ? 'Demande' : `Demande de ${quoted(role)}`} pour ${who(event)}`;
};

/** Whom a first access is asked for; nobody reads the name before the address is confirmed (F1). */
const newcomer = ({ requester, subject }: EventRow): string =>
  requester ?? subject ?? 'une personne dont l’adresse n’est pas confirmée';

/** The acts on requests in French. */
export const REQUEST_WORDINGS: { [A in RequestAction]: Wording<A> } = {
  'request.submitted': {
    label: 'Demande',
    sentence: (e, { kind, label, changes }) =>
      kind === 'account'
        ? // The subject is who has the address already: their name is not told to whom it was typed for (P5).
          `Demande d’un premier accès au portail pour ${newcomer({ ...e, subject: null })}`
        : `${requestOf(e, label)}${changes ? `, ${changed(changes)}` : ''}`,
    many: (count, { label = '' }) => `${quoted(label)} ${batchAsked(count)}`,
    icon: 'inbox',
  },
  'request.confirmed': {
    label: 'Adresse confirmée',
    sentence: (e) => `Adresse confirmée par la personne qui demande un accès, ${newcomer(e)}`,
  },
  'request.accepted': {
    label: 'Demande acceptée',
    sentence: (e, { kind, label, ends_on }) =>
      kind === 'account'
        ? `Demande d’accès au portail de ${newcomer(e)} acceptée`
        : `${requestOf(e, label)} acceptée${until(ends_on)}`,
    tone: 'success',
    icon: 'check-lg',
  },
  'request.refused': {
    label: 'Demande refusée',
    sentence: (e, { kind, label }) =>
      kind === 'account'
        ? `Demande d’accès au portail de ${newcomer(e)} refusée`
        : `${requestOf(e, label)} refusée`,
    tone: 'danger',
    icon: 'x-lg',
  },
  'request.cancelled': {
    label: 'Demande annulée',
    sentence: (e, { label, cause }) =>
      `${requestOf(e, label)} ${cause === 'lapsed' ? `close sans décision au bout de ${LAPSE_DAYS} jours` : 'annulée'}`,
  },
  'request.reminded': {
    label: 'Demande relancée',
    sentence: (e, { label }) => `${requestOf(e, label)} rappelée à qui en décide`,
    icon: 'envelope',
  },
  'request.moved': {
    label: 'Demande transférée',
    sentence: (e, { from, to }) =>
      `${requestOf(e, undefined)} transférée ${ofOrganism(from)} ${toOrganism(to)}, avec la personne`,
  },
  'requests.reminded': {
    label: 'Rappel aux administrateurs',
    sentence: ({ organism }, { count, since, administrators }) =>
      `Rappel de ${plural(count, 'demande qui attend', 'demandes qui attendent')}${organism === null ? '' : ` (${organism})`}, la plus ancienne depuis le ${formatDate(since)}, à ${plural(administrators, 'administrateur local', 'administrateurs locaux')}`,
    icon: 'envelope',
  },
  'requests.purged': {
    label: 'Demandes purgées',
    sentence: (_e, { count }) =>
      plural(count, 'demande jamais confirmée effacée', 'demandes jamais confirmées effacées'),
  },
};
