import type { MessageValues, Person } from '../../domain/message.ts';
import { formatDate, fullName } from '../../presenters/format.ts';

/** The first line of a message to someone that the portal knows. */
export const greet = (person: Person): string => `Bonjour ${fullName(person)},`;

/** « Jusqu’au », as a row of facts; null for a right without end date. `endsOn`: 'YYYY-MM-DD'. */
export const until = (endsOn: string | null): readonly [string, string] | null =>
  endsOn === null ? null : ['Jusqu’au', formatDate(endsOn)];

/** The request that nobody decides, as each recipient knows it. */
export function undecided({ requester, beneficiary }: MessageValues['request-lapsed']): string {
  if (beneficiary) return `La demande que vous avez faite pour ${beneficiary}`;
  return requester ? `La demande que ${requester} a faite pour vous` : 'Votre demande';
}
