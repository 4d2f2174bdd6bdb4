import { paths } from '../../paths.ts';
import { button, defineTemplate, facts, paragraph, quote } from '../content.ts';
import { greet, until } from './phrases.ts';

const areMany = ({ granted = 1 }: { granted?: number }): boolean => granted > 1;

/** Someone was given rights without having asked for them. */
export const roleGranted = defineTemplate<'role-granted'>({
  subject: (values) =>
    `${areMany(values) ? 'Nouvelles habilitations' : 'Nouvelle habilitation'}\u00a0: ${values.roleLabel}`,
  greeting: greet,
  blocks: (values, site) => [
    paragraph(
      areMany(values)
        ? 'De nouvelles habilitations vous ont été accordées.'
        : 'Une nouvelle habilitation vous a été accordée.',
    ),
    facts(
      [areMany(values) ? 'Rôles' : 'Rôle', values.roleLabel],
      ['Organisme', values.organismName],
      ['Accordée par', values.grantedBy],
      until(values.endsOn),
    ),
    ...quote('Motif', values.reason),
    button('Voir mes habilitations', site.url(paths.myInformation)),
  ],
});
