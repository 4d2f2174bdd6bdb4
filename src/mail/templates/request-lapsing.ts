import { paths } from '../../paths.ts';
import { formatDate } from '../../presenters/format.ts';
import { button, defineTemplate, facts, paragraph } from '../content.ts';
import { greet, undecided } from './phrases.ts';

/** Told to who made a request, and whom it is for, before it is closed because nobody decided it (R80). */
export const requestLapsing = defineTemplate<'request-lapsing'>({
  subject: ({ roleLabel, closesOn }) =>
    `Sans décision, demande close le ${formatDate(closesOn)}\u00a0: ${roleLabel}`,
  greeting: greet,
  blocks: (values, site) => [
    paragraph(
      `${undecided(values)} n’a pas encore reçu de réponse. Elle sera close le ${formatDate(values.closesOn)} sans décision.`,
    ),
    facts(
      ['Rôle concerné', values.roleLabel],
      ['Organisme', values.organismName],
      ['Date de la demande', formatDate(values.submittedOn)],
    ),
    paragraph('Qui peut en décider reçoit un rappel en même temps que ce message.'),
    ...(values.kind !== 'account' && values.beneficiary === null
      ? [button('Suivre la demande', site.url(paths.myInformation))]
      : []),
  ],
});
