import type { EventAction } from '../domain/audit-event.ts';
import { EVENT_TOPICS, type EventGenre, type EventTopic } from '../domain/event-genre.ts';
import { holdsWords, searchable, searchWords } from '../domain/search.ts';
import type { Snapshot } from '../repositories/snapshot.ts';
import { WORDINGS } from './events.ts';

/** The genres that « Journal » is read by, as its address has them; null: all. */
export const GENRES: Readonly<
  Record<'actes' | 'connexions' | 'messages' | 'exports' | 'consultations' | 'tout', EventGenre | null>
> = {
  actes: 'acts',
  connexions: 'sign_ins',
  messages: 'messages',
  exports: 'exports',
  consultations: 'consultations',
  tout: null,
};

/** The same as a filter offers them, the first unless chosen. */
export const GENRE_CHOICES = [
  { value: 'actes', label: 'Actes' },
  { value: 'connexions', label: 'Connexions' },
  { value: 'messages', label: 'Messages' },
  { value: 'exports', label: 'Exports' },
  { value: 'consultations', label: 'Consultations' },
  { value: 'tout', label: 'Tout' },
] as const;

/** What the choice of an act is grouped by, in this order. */
const TOPICS: Readonly<Record<EventTopic, string>> = {
  accounts: 'Comptes',
  rights: 'Droits',
  delegations: 'Délégations et profils nationaux',
  requests: 'Demandes',
  reference_data: 'Données de référence',
  sign_ins: 'Connexions',
  messages: 'Messages',
  exports: 'Exports',
  consultations: 'Consultations',
};

const ORDER = Object.values(TOPICS);

/** The acts that a filter offers, by what they are about, then in alphabetical order of their French name. */
export const EVENT_CHOICES: readonly { value: string; label: string; group: string }[] = Object.entries(
  WORDINGS,
)
  .map(([value, { label }]) => ({ value, label, group: TOPICS[EVENT_TOPICS[value as EventAction]] }))
  .sort(
    (one, other) =>
      ORDER.indexOf(one.group) - ORDER.indexOf(other.group) || one.label.localeCompare(other.label, 'fr'),
  );

// Acts that are about no person: exports, searches, reference data, and what the portal does by itself; and the
// departure, which the attachment tells.
const ABOUT_NOBODY =
  /^(nominations|organism|application|role|refusal_reason|seed|text|requests|list|export|search|access|account\.left)/;

/** Those that can be about a person: for « Historique du compte ». */
export const MOVEMENT_CHOICES = EVENT_CHOICES.filter(({ value }) => !ABOUT_NOBODY.test(value));

/** What events are found by beside people: roles whose label contains every word, and acts whose name does. */
export const namedIn = ({ roles }: Snapshot, text: string) => ({
  roleIds: [...roles.values()].filter(({ key }) => holdsWords(key, searchWords(text))).map(({ id }) => id),
  actions: actsNamed(text),
});

/** The acts whose name contains every word. */
function actsNamed(text: string): string[] {
  const words = searchWords(text);
  return EVENT_CHOICES.filter(({ label }) => holdsWords(searchable(label), words)).map(({ value }) => value);
}
