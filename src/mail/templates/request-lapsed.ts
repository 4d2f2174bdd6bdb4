import { LAPSE_DAYS } from '../../domain/request.ts';
import { paths } from '../../paths.ts';
import { formatDate } from '../../presenters/format.ts';
import { button, defineTemplate, facts, paragraph } from '../content.ts';
import { greet, undecided } from './phrases.ts';

/** Told to who made a request, and whom it was for, once it is closed because nobody decided it (R80). */
export const requestLapsed = defineTemplate<'request-lapsed'>({
  subject: ({ roleLabel }) => `Demande close sans décision\u00a0: ${roleLabel}`,
  greeting: greet,
  blocks: (values, site) => [
    paragraph(
      `${undecided(values)} est close sans décision\u00a0: personne n’en a décidé en ${LAPSE_DAYS} jours. Vous pouvez la refaire.`,
    ),
    facts(
      ['Rôle concerné', values.roleLabel],
      ['Organisme', values.organismName],
      ['Date de la demande', formatDate(values.submittedOn)],
    ),
    ...(values.beneficiary !== null
      ? []
      : values.kind === 'account'
        ? [button('Refaire la demande', site.url(paths.registration.new))]
        : values.kind === 'correction'
          ? [button('Refaire la demande', site.url(paths.ownCorrection))]
          : [button('Voir les applications', site.url(paths.catalogue.index))]),
  ],
});
