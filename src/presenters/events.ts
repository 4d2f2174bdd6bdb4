import type { EventAction } from '../domain/audit-event.ts';
import type { EventRow } from '../repositories/lists/events.ts';
import { jobName, messageName } from './event-names.ts';
import { changed, right, until, type Wording, who } from './event-wording.ts';
import { formatDate } from './format.ts';
import { REFERENCE_WORDINGS } from './reference-events.ts';

const SESSION_CAUSES = {
  idle: 'après une période sans activité',
  absolute: 'après sa durée maximale',
  deactivated: 'par la désactivation du compte',
  password_reset: 'par le changement du mot de passe',
  email_changed: 'par le changement d’adresse',
} as const;

/** Every act of the trail in French: an act without wording does not compile. */
export const WORDINGS: { [A in EventAction]: Wording<A> } = {
  'sign_in.succeeded': {
    label: 'Connexion',
    sentence: (e) => `Connexion de ${who(e)}`,
    icon: 'box-arrow-in-right',
  },
  'sign_in.refused': {
    label: 'Connexion refusée',
    sentence: (e, { cause }) =>
      cause === 'inactive'
        ? `Connexion refusée, compte inactif${e.subject ? ` de ${e.subject}` : ''}`
        : `Connexion refusée${e.subject ? ` pour ${e.subject}` : ', adresse inconnue'}`,
    tone: 'warning',
  },
  'sign_in.limited': {
    label: 'Tentatives bloquées',
    sentence: (_e, { scope }) =>
      scope === 'account'
        ? 'Trop de tentatives sur un compte\u00a0: connexions bloquées pour quelques minutes'
        : 'Trop de tentatives depuis une adresse\u00a0: connexions bloquées pour quelques minutes',
    tone: 'danger',
  },
  sign_out: { label: 'Déconnexion', sentence: (e) => `Déconnexion de ${who(e)}` },
  'session.ended': {
    label: 'Session terminée',
    sentence: (e, { cause }) => `Session de ${who(e)} terminée ${SESSION_CAUSES[cause]}`,
  },
  'access.refused': {
    label: 'Accès refusé',
    sentence: (_e, { path }) => `Accès refusé à ${path}`,
    tone: 'danger',
  },
  'password.chosen': {
    label: 'Mot de passe choisi',
    sentence: (e, { after }) =>
      after === 'activation' ? `${who(e)} a activé son compte` : `${who(e)} a choisi un nouveau mot de passe`,
    tone: 'success',
  },
  'password.reset_requested': {
    label: 'Mot de passe oublié',
    sentence: (e) => `Nouveau mot de passe demandé${e.subject ? ` pour ${e.subject}` : ''}`,
  },
  'list.exported': {
    label: 'Export',
    sentence: (_e, { list, format }) => `Export de la liste «\u00a0${list}\u00a0» en ${format.toUpperCase()}`,
    icon: 'download',
  },
  'search.outside': {
    label: 'Recherche hors de l’organisme',
    sentence: (_e, { last_name, first_name, found }) =>
      `Recherche hors de l’organisme de «\u00a0${`${last_name} ${first_name}`.trim()}\u00a0»\u00a0: ${found} résultat${found >= 2 ? 's' : ''}`,
    icon: 'search',
  },
  'message.sent': {
    label: 'Message envoyé',
    sentence: (_e, { to, template }) => `Message ${messageName(template)} envoyé à ${to}`,
    icon: 'envelope',
  },
  'message.failed': {
    label: 'Message non parti',
    sentence: (_e, { to, template }) => `Le message ${messageName(template)} n’a pas pu être envoyé à ${to}`,
    tone: 'danger',
    icon: 'envelope',
  },
  'message.resent': {
    label: 'Message renvoyé',
    sentence: (_e, { to, template }) => `Nouvel envoi demandé du message ${messageName(template)} à ${to}`,
    icon: 'envelope',
  },
  'request.submitted': {
    label: 'Demande',
    sentence: (e, { kind, label }) =>
      kind === 'account'
        ? 'Demande d’un premier accès au portail'
        : `Demande de ${right(label ?? e.role ?? '')} pour ${who(e)}`,
    icon: 'inbox',
  },
  'request.confirmed': {
    label: 'Adresse confirmée',
    sentence: () => 'Adresse confirmée par la personne qui demande un accès',
  },
  'request.accepted': {
    label: 'Demande acceptée',
    sentence: (e, { kind, label, ends_on }) =>
      kind === 'account'
        ? 'Demande d’accès au portail acceptée'
        : `Demande de ${right(label ?? e.role ?? '')} acceptée${until(ends_on)}`,
    tone: 'success',
    icon: 'check-lg',
  },
  'request.refused': {
    label: 'Demande refusée',
    sentence: (e, { kind, label }) =>
      kind === 'account'
        ? 'Demande d’accès au portail refusée'
        : `Demande de ${right(label ?? e.role ?? '')} refusée`,
    tone: 'danger',
    icon: 'x-lg',
  },
  'request.cancelled': {
    label: 'Demande annulée',
    sentence: (e, { label }) => `Demande de ${right(label ?? e.role ?? '')} annulée`,
  },
  'request.moved': {
    label: 'Demande transférée',
    sentence: (_e, { from, to }) => `Demande transférée de ${from} à ${to}, avec la personne`,
  },
  'requests.purged': {
    label: 'Demandes purgées',
    sentence: (_e, { count }) =>
      `${count} demande${count >= 2 ? 's' : ''} jamais confirmée${count >= 2 ? 's' : ''} effacée${count >= 2 ? 's' : ''}`,
  },
  'account.created': {
    label: 'Création de compte',
    sentence: (e, { email }) => `Création du compte de ${e.subject ?? email} (${email})`,
    tone: 'success',
    icon: 'person-plus',
  },
  'account.updated': {
    label: 'Modification de fiche',
    sentence: (e, { changes }) => `Fiche de ${who(e)} modifiée, ${changed(changes)}`,
    icon: 'pencil',
  },
  'account.email_change_asked': {
    label: 'Changement d’adresse demandé',
    sentence: (e, { to }) => `Changement d’adresse de ${who(e)} demandé\u00a0: un lien est envoyé à ${to}`,
    icon: 'envelope',
  },
  'account.email_change_cancelled': {
    label: 'Changement d’adresse annulé',
    sentence: (e, { to }) => `Changement d’adresse de ${who(e)} pour ${to} annulé`,
  },
  'account.email_changed': {
    label: 'Changement d’adresse',
    sentence: (e, { from, to }) =>
      `L’adresse de ${who(e)} passe de ${from} à ${to}, confirmée par le lien reçu à la nouvelle`,
    icon: 'envelope',
  },
  'account.deactivated': {
    label: 'Désactivation',
    sentence: (e) => `Désactivation du compte de ${who(e)}`,
    tone: 'danger',
    icon: 'person-slash',
  },
  'account.reactivated': {
    label: 'Réactivation',
    sentence: (e) => `Réactivation du compte de ${who(e)}`,
    tone: 'success',
    icon: 'person-check',
  },
  'account.attached': {
    label: 'Rattachement',
    sentence: (e, { from, to }) => `Rattachement de ${who(e)} à ${to}, venant de ${from}`,
    icon: 'building',
  },
  'assignment.granted': {
    label: 'Droit accordé',
    sentence: (e, { label, ends_on }) => `${right(label)} accordé à ${who(e)}${until(ends_on)}`,
    tone: 'success',
    icon: 'plus-lg',
  },
  'assignment.removed': {
    label: 'Droit retiré',
    sentence: (e, { label }) => `${right(label)} retiré à ${who(e)}`,
    tone: 'danger',
    icon: 'dash-lg',
  },
  'assignment.expired': {
    label: 'Droit arrivé à sa fin',
    sentence: (e, { label, ends_on }) => `${right(label)} de ${who(e)} a pris fin le ${formatDate(ends_on)}`,
    tone: 'warning',
  },
  'assignment.end_date_changed': {
    label: 'Date de fin changée',
    sentence: (e, { label, to }) =>
      to === null
        ? `${right(label)} de ${who(e)} n’a plus de date de fin`
        : `${right(label)} de ${who(e)} finira le ${formatDate(to)}`,
    icon: 'calendar-event',
  },
  'assignment.confirmed': {
    label: 'Droit confirmé',
    sentence: (e, { label }) => `${right(label)}, hérité de l’ancien organisme, gardé pour ${who(e)}`,
  },
  'delegation.granted': {
    label: 'Délégation',
    sentence: (e, { organism, ends_on }) =>
      `${who(e)} devient administrateur local de ${organism ?? e.organism ?? 'l’organisme'}${until(ends_on)}`,
    tone: 'success',
    icon: 'key',
  },
  'delegation.removed': {
    label: 'Délégation retirée',
    sentence: (e, { organism, cause }) =>
      `${who(e)} n’est plus administrateur local de ${organism ?? e.organism ?? 'l’organisme'}${cause === 'attached' ? ', son rattachement y mettant fin' : ''}`,
    tone: 'danger',
    icon: 'key',
  },
  'delegation.expired': {
    label: 'Délégation arrivée à sa fin',
    sentence: (e, { organism, ends_on }) =>
      `La délégation de ${who(e)} pour ${organism} a pris fin le ${formatDate(ends_on)}`,
    tone: 'warning',
    icon: 'key',
  },
  'national_role.granted': {
    label: 'Rôle national accordé',
    sentence: (e, { label, ends_on }) => `${right(label)} accordé à ${who(e)}${until(ends_on)}`,
    tone: 'success',
    icon: 'shield-lock',
  },
  'national_role.removed': {
    label: 'Rôle national retiré',
    sentence: (e, { label }) => `${right(label)} retiré à ${who(e)}`,
    tone: 'danger',
    icon: 'shield-lock',
  },
  ...REFERENCE_WORDINGS,
};

export interface ShownEvent {
  id: number;
  /** ISO, for <time>. */
  dateTime: string;
  occurredAt: Date;
  text: string;
  actor: string;
  reason: string | null;
  label: string;
  tone: 'neutral' | 'success' | 'warning' | 'danger';
  icon: string;
  organismId: number | null;
  organism: string | null;
  batchId: number | null;
}

/** An event of the trail as a person reads it. */
export function showEvent(event: EventRow): ShownEvent {
  // The trail only holds what the types above let in; an act of an older version keeps its own name.
  const wording = WORDINGS[event.action as EventAction] as Wording<EventAction> | undefined;
  const reason = event.details.reason;
  return {
    id: event.id,
    dateTime: event.occurredAt.toISOString(),
    occurredAt: event.occurredAt,
    text: wording ? wording.sentence(event, event.details as never) : event.action,
    actor: actorOf(event),
    reason: typeof reason === 'string' && reason !== '' ? reason : null,
    label: wording?.label ?? event.action,
    tone: wording?.tone ?? 'neutral',
    icon: wording?.icon ?? 'circle',
    organismId: event.organismId,
    organism: event.organism,
    batchId: event.batchId,
  };
}

function actorOf({ actorKind, actor, actorJob }: EventRow): string {
  if (actorKind === 'account') return actor ?? 'Compte inconnu';
  return actorKind === 'anonymous' ? 'Un visiteur' : jobName(actorJob ?? '');
}
