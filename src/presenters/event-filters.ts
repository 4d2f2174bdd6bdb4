import { holdsWords, searchable, searchWords } from '../domain/search.ts';
import { WORDINGS } from './events.ts';

/** The acts that a filter offers, in alphabetical order of their French name. */
export const EVENT_CHOICES: readonly { value: string; label: string }[] = Object.entries(WORDINGS)
  .map(([value, { label }]) => ({ value, label }))
  .sort((one, other) => one.label.localeCompare(other.label, 'fr'));

// Acts that are about no person: exports, searches, reference data, and what the portal does by itself; and the
// departure, which the attachment tells.
const ABOUT_NOBODY =
  /^(organism|application|role|refusal_reason|seed|text|requests|list|export|search|access|account\.left)/;

/** Those that can be about a person: for « Historique du compte ». */
export const MOVEMENT_CHOICES = EVENT_CHOICES.filter(({ value }) => !ABOUT_NOBODY.test(value));

/** The acts whose name contains every word. */
export function actsNamed(text: string): string[] {
  const words = searchWords(text);
  return EVENT_CHOICES.filter(({ label }) => holdsWords(searchable(label), words)).map(({ value }) => value);
}
