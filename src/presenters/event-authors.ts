import type { EventAction } from '../domain/audit-event.ts';
import type { EventRow } from '../repositories/lists/events.ts';

/** Who acted without being signed in, as far as what they used proves it. */
export function visitor(event: EventRow): string {
  const proof = PROOFS[event.action as EventAction];
  if (proof !== undefined) return proof(event);
  // Whoever typed an address that has an account: the event names the person, who may be somebody else.
  return event.subject === null ? STRANGER : 'Une personne non identifiée';
}

const STRANGER = 'Un visiteur';

const byLink = (name: string | null): string => (name === null ? STRANGER : `${name}, par lien`);

/** The mailbox that is changed has the link. */
const person = ({ subject }: EventRow): string => byLink(subject);

/** The link proves who reads the new mailbox, and not yet that it is the person (P11). */
const newMailbox = (): string => 'Le lien reçu à la nouvelle adresse';

/** Asked for somebody else, a change has its request, and what ends it is the link of either mailbox. */
const eitherMailbox = (event: EventRow): string =>
  event.requester === null ? person(event) : 'Un lien reçu par message';

/** A name is known once the address that asks is confirmed; who has it already is told to nobody (F1, P5). */
const requester = (event: EventRow): string => byLink(event.requester);

/** What was done by the link of a message. */
const PROOFS: Partial<Record<EventAction, (event: EventRow) => string>> = {
  'request.submitted': ({ requester: name }) => name ?? STRANGER,
  'request.confirmed': requester,
  'account.email_change_confirmed': newMailbox,
  'account.email_changed': eitherMailbox,
  'account.email_change_cancelled': eitherMailbox,
  'account.email_change_agreed': person,
  'account.email_change_refused': person,
  'account.email_reverted': person,
  'factor.reset_stopped': person,
  'session.ended': () => 'Un lien reçu par message',
};
