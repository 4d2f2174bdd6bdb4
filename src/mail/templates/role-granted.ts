import { paths } from '../../paths.ts';
import { button, defineTemplate, facts, paragraph, quote } from '../content.ts';
import { greet, until } from './phrases.ts';

/** Someone was given a right without having asked for it. */
export const roleGranted = defineTemplate<'role-granted'>({
  subject: ({ roleLabel }) => `Nouvelle habilitation\u00a0: ${roleLabel}`,
  greeting: greet,
  blocks: (values, site) => [
    paragraph('Une nouvelle habilitation vous a été accordée.'),
    facts(
      ['Rôle', values.roleLabel],
      ['Organisme', values.organismName],
      ['Accordée par', values.grantedBy],
      until(values.endsOn),
    ),
    ...quote('Motif', values.reason),
    button('Voir mes habilitations', site.url(paths.myInformation)),
  ],
});
