import type { MessageValues } from '../../domain/message.ts';
import { contacts } from '../../paths.ts';
import { defineTemplate, facts, paragraph, quote } from '../content.ts';
import { greet } from './phrases.ts';

/** What was refused, for the person who asked, for whom it was asked, or for who asked for somebody else (P3). */
function opening({ requester, beneficiary }: MessageValues['request-refused']): string {
  if (beneficiary) return `La demande que vous avez faite pour ${beneficiary} n’a pas été acceptée.`;
  return requester
    ? `La demande que ${requester} a faite pour vous n’a pas été acceptée.`
    : 'Votre demande n’a pas été acceptée.';
}

/** A request was refused; the message says why. */
export const requestRefused = defineTemplate<'request-refused'>({
  subject: ({ roleLabel }) => `Demande refusée\u00a0: ${roleLabel}`,
  greeting: greet,
  blocks: (values) => [
    paragraph(opening(values)),
    facts(
      ['Rôle concerné', values.roleLabel],
      ['Organisme', values.organismName],
      ['Refusée par', values.decidedBy],
    ),
    ...quote('Motif', values.reason),
    paragraph(
      values.beneficiary
        ? `Si la situation change, vous pouvez faire une nouvelle demande. Pour toute question, écrivez à ${contacts.email}.`
        : `Si votre situation change, vous pouvez faire une nouvelle demande. Pour toute question, adressez-vous à un administrateur local de votre organisme ou écrivez à ${contacts.email}.`,
    ),
  ],
});
