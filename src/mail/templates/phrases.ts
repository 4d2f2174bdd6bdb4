import type { MessageValues } from '../../domain/message.ts';
import type { Person } from '../../domain/security-message.ts';
import { formatDate, formatNumber, fullName, plural } from '../../presenters/format.ts';
import { type Block, paragraph } from '../content.ts';

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

/** How many requests wait for the recipients, those of the message with them; badges count no further than 1,000. */
export const waitingInAll = (waiting: number | undefined): Block[] =>
  waiting === undefined || waiting < 2
    ? []
    : [
        paragraph(
          `${waiting >= MOST_COUNTED ? `${formatNumber(MOST_COUNTED)} demandes ou plus` : plural(waiting, 'demande', 'demandes')} attendent votre décision en tout.`,
        ),
      ];

const MOST_COUNTED = 1_000;
