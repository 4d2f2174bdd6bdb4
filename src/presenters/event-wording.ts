import type { EventAction, EventDetails } from '../domain/audit-event.ts';
import type { Changes } from '../domain/changes.ts';
import type { EventRow } from '../repositories/lists/events.ts';
import { formatDate } from './format.ts';

/** An act in French: a noun for filters, a sentence for lists, its icon and colour. */
export interface Wording<A extends EventAction> {
  label: string;
  /** What was done; who did it is told beside. */
  sentence: (event: EventRow, details: EventDetails[A]) => string;
  /** The same of so many people, where a batch did it. */
  many?: (count: number, details: EventDetails[A]) => string;
  tone?: 'success' | 'warning' | 'danger';
  icon?: string;
}

/** Whom an event is about. */
export const who = ({ subject, requester }: EventRow): string => subject ?? requester ?? 'une personne';
/** « jusqu’au 31/12/2027 », or nothing without end date. */
export const until = (day: string | null | undefined): string => (day ? ` jusqu’au ${formatDate(day)}` : '');
/** What became of each field that changed. */
export const changed = (changes: Changes): string =>
  Object.entries(changes)
    .map(([field, { from, to }]) => `${field}\u00a0: ${quoted(from)} devient ${quoted(to)}`)
    .join('\u00a0; ');

/** A value between quotes, or the word for none. */
export const quoted = (text: string): string => (text === '' ? 'vide' : `«\u00a0${text}\u00a0»`);
