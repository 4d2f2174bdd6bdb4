import type { EventAction } from '../domain/audit-event.ts';
import { ofOrganism, theOrganism, toOrganism } from '../domain/organism-name.ts';
import { PLANNED_NAMES, type PlannedDetails, type PlannedEnd } from '../domain/planned-act.ts';
import { BATCH_DONE } from './batches.ts';
import { changed, quoted, until, type Wording, who } from './event-wording.ts';
import { formatDate, plural } from './format.ts';

type PeopleAction = Extract<
  EventAction,
  | `account.${string}`
  | `nominations.${string}`
  | `assignment.${string}`
  | `delegation.${string}`
  | `national_role.${string}`
  | `planned_act.${string}`
>;

/** What ended a change of address that nobody cancelled (P10). */
const CHANGE_ENDED_BY = {
  deactivated: '\u00a0: le compte est désactivé',
  attached: '\u00a0: la personne change d’organisme',
  asker: '\u00a0: la personne qui l’a demandé ne pourrait plus le faire',
  lapsed: '\u00a0: sans confirmation depuis sept jours',
  security: '\u00a0: le mot de passe ou le second facteur est un autre depuis qu’il a été demandé',
};

/** Who answers a change of address for the person. */
const ANSWERED_BY = { person: 'la personne', ucanss: 'l’Ucanss' };

const plannedName = ({ kind }: Pick<PlannedDetails, 'kind'>): string => PLANNED_NAMES[kind];

/** What ended an act to come that nobody cancelled (P10). */
const PLANNED_ENDS: Record<PlannedEnd, string> = {
  asker: 'n’a pas lieu, la personne qui l’a demandé ne le pourrait plus',
  deactivated: 'n’a pas lieu, le compte est désactivé',
  attached: 'n’a pas lieu, la personne change d’organisme',
  refused: 'n’a pas pu se faire ce jour-là',
  replaced: 'une autre demande a pris sa place',
  undone: 'n’a pas lieu, son fichier est annulé',
};

/** What else it takes, or until when it gives. */
const plannedRest = ({ rights, requests, ends_on, replaces }: PlannedDetails): string =>
  [
    rights ? ', avec ses habilitations' : '',
    requests ? ', avec ses demandes' : '',
    until(ends_on),
    replaces ? `, en remplacement de ${replaces}` : '',
  ].join('');

/** The acts on accounts and on what they hold in French. */
export const PEOPLE_WORDINGS: { [A in PeopleAction]: Wording<A> } = {
  'account.created': {
    label: 'Création de compte',
    sentence: (e, { email, outside_domain, reference }) =>
      `Création du compte de ${e.subject ?? email} (${email})${reference === undefined ? '' : `, par la nomination ${quoted(reference)}`}${outside_domain ? ', adresse hors du domaine de l’organisme' : ''}`,
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
    sentence: (e, { to, outside_domain }) =>
      `Changement d’adresse de ${who(e)} demandé\u00a0: un lien est envoyé à ${to}${outside_domain ? ', adresse hors du domaine de l’organisme' : ''}`,
    icon: 'envelope',
  },
  'account.email_change_confirmed': {
    label: 'Nouvelle adresse confirmée',
    sentence: (e, { to }) => `Nouvelle adresse de ${who(e)} confirmée par le lien envoyé à ${to}`,
    icon: 'envelope',
  },
  'account.email_change_agreed': {
    label: 'Accord pour un changement d’adresse',
    sentence: (e, { to, by }) =>
      `Accord de ${ANSWERED_BY[by]} pour que l’adresse de ${who(e)} devienne ${to}`,
    icon: 'check-lg',
  },
  'account.email_change_refused': {
    label: 'Changement d’adresse refusé',
    sentence: (e, { to, by }) => `Changement d’adresse de ${who(e)} pour ${to} refusé par ${ANSWERED_BY[by]}`,
    tone: 'danger',
    icon: 'x-lg',
  },
  'account.email_change_cancelled': {
    label: 'Changement d’adresse annulé',
    sentence: (e, { to, cause }) =>
      `Changement d’adresse de ${who(e)} pour ${to} annulé${cause ? CHANGE_ENDED_BY[cause] : ''}`,
  },
  'account.email_changed': {
    label: 'Changement d’adresse',
    sentence: (e, { from, to, at_once, outside_domain }) =>
      `L’adresse de ${who(e)} passe de ${from} à ${to}, ${at_once ? 'corrigée avant que le compte ait servi' : 'confirmée par le lien reçu à la nouvelle'}${outside_domain ? ', adresse hors du domaine de l’organisme' : ''}`,
    icon: 'envelope',
  },
  'account.email_reverted': {
    label: 'Changement d’adresse dénoncé',
    sentence: (e, { from, to, taken, factors }) =>
      (taken
        ? `L’ancienne boîte de ${who(e)}, ${to}, dénonce son changement d’adresse\u00a0: un autre compte a cette adresse, ${from} reste`
        : `L’ancienne boîte de ${who(e)} dénonce son changement d’adresse\u00a0: ${from} redevient ${to}`) +
      (factors ? ', et ses seconds facteurs sont ceux d’avant' : ''),
    tone: 'danger',
    icon: 'envelope',
  },
  'account.deactivated': {
    label: 'Désactivation',
    sentence: (e) => `Désactivation du compte de ${who(e)}`,
    many: (count) => BATCH_DONE.deactivate(count, ''),
    tone: 'danger',
    icon: 'person-slash',
  },
  'account.reactivated': {
    label: 'Réactivation',
    sentence: (e) => `Réactivation du compte de ${who(e)}`,
    many: (count) => BATCH_DONE.reactivate(count, ''),
    tone: 'success',
    icon: 'person-check',
  },
  'account.sessions_ended': {
    label: 'Sessions fermées',
    sentence: (e, { sessions }) =>
      `Sessions de ${who(e)} fermées${sessions === 0 ? '\u00a0: aucune n’était ouverte' : ` (${sessions})`}`,
    tone: 'warning',
    icon: 'box-arrow-right',
  },
  'account.activation_resent': {
    label: 'Lien d’activation renvoyé',
    sentence: (e, { to }) => `Lien d’activation renvoyé à ${who(e)} (${to})`,
    icon: 'envelope',
  },
  'account.attached': {
    label: 'Rattachement',
    sentence: (e, { from, to }) => `Rattachement de ${who(e)} ${toOrganism(to)}, venant ${ofOrganism(from)}`,
    icon: 'building',
  },
  'account.left': {
    label: 'Départ',
    sentence: (e, { from, to }) => `${who(e)} quitte ${theOrganism(from)} pour ${theOrganism(to)}`,
    icon: 'building',
  },
  'planned_act.added': {
    label: 'Acte prévu',
    sentence: (e, details) =>
      `${plannedName(details)} de ${who(e)} à faire le ${formatDate(details.on)}${plannedRest(details)}`,
    icon: 'calendar-event',
  },
  'planned_act.cancelled': {
    label: 'Acte prévu annulé',
    sentence: (e, { kind, on, cause }) =>
      `${plannedName({ kind })} de ${who(e)} prévu${kind === 'departure' ? '' : 'e'} le ${formatDate(on)}\u00a0: ${cause ? PLANNED_ENDS[cause] : 'n’aura pas lieu'}`,
  },
  'account.nominated': {
    label: 'Nomination',
    sentence: (e, details) =>
      `${who(e)} est agent de direction (${quoted(details.function)}), par l’acte ${quoted(details.reference)}`,
    tone: 'success',
    icon: 'person-check',
  },
  'account.office_ended': {
    label: 'Fin de fonction',
    sentence: (e, { reference }) =>
      `${who(e)} n’est plus agent de direction, par l’acte ${quoted(reference)}`,
    tone: 'warning',
  },
  'nominations.compared': {
    label: 'Fichier de nominations comparé',
    sentence: (_e, { file, lines }) =>
      `Fichier de nominations ${quoted(file)} comparé (${plural(lines, 'ligne', 'lignes')})`,
  },
  'nominations.applied': {
    label: 'Fichier de nominations appliqué',
    sentence: (_e, { file, lines }) =>
      `Fichier de nominations ${quoted(file)} appliqué (${plural(lines, 'ligne', 'lignes')})`,
    tone: 'success',
  },
  'assignment.granted': {
    label: 'Droit accordé',
    sentence: (e, { label, ends_on }) => `${quoted(label)} accordé à ${who(e)}${until(ends_on)}`,
    many: (count, { label, ends_on }) => `${BATCH_DONE.grant(count, label)}${until(ends_on)}`,
    tone: 'success',
    icon: 'plus-lg',
  },
  'assignment.removed': {
    label: 'Droit retiré',
    sentence: (e, { label }) => `${quoted(label)} retiré à ${who(e)}`,
    many: (count, { label }) => BATCH_DONE.remove(count, label),
    tone: 'danger',
    icon: 'dash-lg',
  },
  'assignment.expired': {
    label: 'Droit arrivé à sa fin',
    sentence: (e, { label, ends_on }) => `${quoted(label)} de ${who(e)} a pris fin le ${formatDate(ends_on)}`,
    tone: 'warning',
  },
  'assignment.end_date_changed': {
    label: 'Date de fin changée',
    sentence: (e, { label, to }) =>
      to === null
        ? `${quoted(label)} de ${who(e)} n’a plus de date de fin`
        : `${quoted(label)} de ${who(e)} finira le ${formatDate(to)}`,
    icon: 'calendar-event',
  },
  'assignment.confirmed': {
    label: 'Droit confirmé',
    sentence: (e, { label }) => `${quoted(label)}, hérité de l’ancien organisme, gardé pour ${who(e)}`,
  },
  'delegation.granted': {
    label: 'Délégation',
    sentence: (e, { organism, ends_on, replaces }) =>
      `${who(e)} devient administrateur local ${ofOrganism(organism ?? e.organism ?? 'organisme')}${until(ends_on)}${replaces ? `, en remplacement de ${replaces}` : ''}`,
    tone: 'success',
    icon: 'key',
  },
  'delegation.removed': {
    label: 'Délégation retirée',
    sentence: (e, { organism, cause }) =>
      `${who(e)} n’est plus administrateur local ${ofOrganism(organism ?? e.organism ?? 'organisme')}${cause === 'attached' ? ', son rattachement y mettant fin' : ''}`,
    tone: 'danger',
    icon: 'key',
  },
  'delegation.expired': {
    label: 'Délégation arrivée à sa fin',
    sentence: (e, { organism, ends_on }) =>
      `La délégation de ${who(e)} pour ${theOrganism(organism)} a pris fin le ${formatDate(ends_on)}`,
    tone: 'warning',
    icon: 'key',
  },
  'national_role.granted': {
    label: 'Rôle national accordé',
    sentence: (e, { label, ends_on }) => `${quoted(label)} accordé à ${who(e)}${until(ends_on)}`,
    tone: 'success',
    icon: 'shield-lock',
  },
  'national_role.removed': {
    label: 'Rôle national retiré',
    sentence: (e, { label }) => `${quoted(label)} retiré à ${who(e)}`,
    tone: 'danger',
    icon: 'shield-lock',
  },
};
