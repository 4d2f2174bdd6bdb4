import type { Person } from '../../domain/message.ts';
import { formatDate, fullName } from '../../presenters/format.ts';

/** The first line of a message to someone that the portal knows. */
export const greet = (person: Person): string => `Bonjour ${fullName(person)},`;

/** « Jusqu’au », as a row of facts; null for a right without end date. `endsOn`: 'YYYY-MM-DD'. */
export const until = (endsOn: string | null): readonly [string, string] | null =>
  endsOn === null ? null : ['Jusqu’au', formatDate(endsOn)];
