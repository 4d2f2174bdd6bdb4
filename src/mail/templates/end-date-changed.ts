import { paths } from '../../paths.ts';
import { formatDate } from '../../presenters/format.ts';
import { button, defineTemplate, facts, paragraph } from '../content.ts';
import { greet } from './phrases.ts';

/** A delegation or a national role was given an end date, another one, or none (P8). */
export const endDateChanged = defineTemplate<'end-date-changed'>({
  subject: ({ roleLabel, endsOn }) =>
    endsOn === null
      ? `Habilitation désormais sans date de fin\u00a0: ${roleLabel}`
      : `Habilitation jusqu’au ${formatDate(endsOn)}\u00a0: ${roleLabel}`,
  greeting: greet,
  blocks: (values, site) => [
    paragraph(
      values.endsOn === null
        ? 'Une de vos habilitations n’a plus de date de fin.'
        : 'La date de fin d’une de vos habilitations a été fixée ou changée.',
    ),
    facts(
      ['Rôle', values.roleLabel],
      ['Organisme', values.organismName],
      ['Dernier jour', values.endsOn === null ? 'Sans date de fin' : `${formatDate(values.endsOn)} inclus`],
      ['Changée par', values.changedBy],
    ),
    button('Voir mes habilitations', site.url(paths.myInformation)),
  ],
});
