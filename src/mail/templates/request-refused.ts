import { contacts } from '../../routes/paths.ts';
import { defineTemplate, facts, paragraph, quote } from '../content.ts';
import { greet } from './phrases.ts';

/** A request was refused; the message says why (DOMAIN.md, « Refusing needs a reason »). */
export const requestRefused = defineTemplate<'request-refused'>({
  subject: ({ roleLabel }) => `Demande refusée\u00a0: ${roleLabel}`,
  greeting: greet,
  blocks: (values) => [
    paragraph('Votre demande n’a pas été acceptée.'),
    facts(
      ['Rôle concerné', values.roleLabel],
      ['Organisme', values.organismName],
      ['Refusée par', values.decidedBy],
    ),
    ...quote('Motif', values.reason),
    paragraph(
      `Si votre situation change, vous pouvez faire une nouvelle demande. Pour toute question, adressez-vous à un administrateur local de votre organisme ou écrivez à ${contacts.email}.`,
    ),
  ],
});
