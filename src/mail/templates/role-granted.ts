import { paths } from '../../routes/paths.ts';
import { button, defineTemplate, facts, type Person, paragraph, quote } from '../content.ts';
import { greet, until } from './phrases.ts';

interface Values extends Person {
  roleLabel: string;
  organismName: string;
  /** « Prénom NOM » of who granted it. */
  grantedBy: string;
  endsOn: string | null;
  reason: string;
}

/** Someone was given a right without having asked for it. */
export const roleGranted = defineTemplate<Values>({
  link: null,
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
