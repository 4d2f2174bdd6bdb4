import { paths } from '../../paths.ts';
import { formatDate } from '../../presenters/format.ts';
import { button, defineTemplate, facts, paragraph } from '../content.ts';
import { greet } from './phrases.ts';

/** Told a week before a right reaches its end date (P8). */
export const assignmentEnding = defineTemplate<'right-ending'>({
  subject: ({ roleLabel, endsOn }) => `Fin d’une habilitation le ${formatDate(endsOn)}\u00a0: ${roleLabel}`,
  greeting: greet,
  blocks: (values, site) => [
    paragraph('Une de vos habilitations arrive bientôt à sa date de fin.'),
    facts(
      ['Rôle', values.roleLabel],
      ['Organisme', values.organismName],
      ['Dernier jour', `${formatDate(values.endsOn)} inclus`],
    ),
    paragraph(
      'Si vous en avez encore besoin, adressez-vous dès maintenant à un administrateur local de votre organisme.',
    ),
    button('Voir mes habilitations', site.url(paths.myInformation)),
  ],
});
