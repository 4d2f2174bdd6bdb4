import type { EventAction } from './audit-event.ts';

/** What acts are about. */
type ActSubject = 'accounts' | 'rights' | 'delegations' | 'requests' | 'reference_data';

/** What « Journal » is read by. */
export type EventGenre = 'acts' | 'sign_ins' | 'messages' | 'exports' | 'consultations';

/** An act is told by what it is about, any other event by its genre. */
export type EventTopic = ActSubject | Exclude<EventGenre, 'acts'>;

/** What each event is: one that is not here does not compile. */
export const EVENT_TOPICS: Readonly<Record<EventAction, EventTopic>> = {
  'account.created': 'accounts',
  'account.updated': 'accounts',
  'account.email_change_asked': 'accounts',
  'account.email_change_confirmed': 'accounts',
  'account.email_change_agreed': 'accounts',
  'account.email_change_refused': 'accounts',
  'account.email_change_cancelled': 'accounts',
  'account.email_changed': 'accounts',
  'account.email_reverted': 'accounts',
  'account.deactivated': 'accounts',
  'account.reactivated': 'accounts',
  // Somebody did it to the person: it is no end of a session like another.
  'account.sessions_ended': 'accounts',
  'factor.reset_asked': 'accounts',
  'factor.reset': 'accounts',
  'factor.reset_stopped': 'accounts',
  'factor.reset_ended': 'accounts',
  'account.activation_resent': 'accounts',
  'account.attached': 'accounts',
  'account.left': 'accounts',
  'planned_act.added': 'accounts',
  'planned_act.cancelled': 'accounts',
  'account.nominated': 'accounts',
  'account.office_ended': 'accounts',
  'nominations.compared': 'accounts',
  'nominations.applied': 'accounts',
  'assignment.granted': 'rights',
  'assignment.removed': 'rights',
  'assignment.expired': 'rights',
  'assignment.end_date_changed': 'rights',
  'assignment.confirmed': 'rights',
  'delegation.granted': 'delegations',
  'delegation.removed': 'delegations',
  'delegation.expired': 'delegations',
  'national_role.granted': 'delegations',
  'national_role.removed': 'delegations',
  'request.submitted': 'requests',
  'request.confirmed': 'requests',
  'request.accepted': 'requests',
  'request.refused': 'requests',
  'request.cancelled': 'requests',
  'request.reminded': 'requests',
  'request.moved': 'requests',
  'requests.reminded': 'requests',
  'requests.purged': 'requests',
  'organism.created': 'reference_data',
  'organism.updated': 'reference_data',
  'application.created': 'reference_data',
  'application.updated': 'reference_data',
  'role.created': 'reference_data',
  'role.updated': 'reference_data',
  'refusal_reason.saved': 'reference_data',
  'refusal_reason.removed': 'reference_data',
  'text.normalised': 'reference_data',
  'seed.loaded': 'reference_data',
  'sign_in.succeeded': 'sign_ins',
  'sign_in.half': 'sign_ins',
  'sign_in.refused': 'sign_ins',
  'sign_in.limited': 'sign_ins',
  sign_out: 'sign_ins',
  'session.ended': 'sign_ins',
  'factor.added': 'sign_ins',
  'factor.removed': 'sign_ins',
  'factor.renamed': 'sign_ins',
  'factor.codes_renewed': 'sign_ins',
  'factor.recovery_code_used': 'sign_ins',
  'factor.refused': 'sign_ins',
  'factor.limited': 'sign_ins',
  'identity.confirmed': 'sign_ins',
  'password.chosen': 'sign_ins',
  'password.reset_requested': 'sign_ins',
  'message.sent': 'messages',
  'message.failed': 'messages',
  'message.resent': 'messages',
  'message.withdrawn': 'messages',
  'list.exported': 'exports',
  'export.started': 'exports',
  'export.ended': 'exports',
  'search.outside': 'consultations',
  'search.person_told': 'consultations',
  'access.refused': 'consultations',
  'access.pace_reached': 'consultations',
};

const NOT_ACTS: readonly string[] = ['sign_ins', 'messages', 'exports', 'consultations'] satisfies Exclude<
  EventGenre,
  'acts'
>[];

const genreOf = (topic: EventTopic): EventGenre =>
  NOT_ACTS.includes(topic) ? (topic as EventGenre) : 'acts';

/** Every event of a genre. */
export const actionsOf = (genre: EventGenre): EventAction[] =>
  (Object.keys(EVENT_TOPICS) as EventAction[]).filter((action) => genreOf(EVENT_TOPICS[action]) === genre);

/** True where an action is known, and of this genre. */
export const isOfGenre = (action: string, genre: EventGenre): boolean =>
  action in EVENT_TOPICS && genreOf(EVENT_TOPICS[action as EventAction]) === genre;
