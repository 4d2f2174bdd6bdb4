import { paths } from '../../routes/paths.ts';
import { button, defineTemplate, facts, paragraph, quote } from '../content.ts';
import { greet, until } from './phrases.ts';

/** A request for a role was accepted. An account request is answered by `activation` (R25). */
export const requestAccepted = defineTemplate<'request-accepted'>({
  subject: ({ roleLabel }) => `Demande acceptée\u00a0: ${roleLabel}`,
  greeting: greet,
  blocks: (values, site) => [
    paragraph('Votre demande d’habilitation a été acceptée\u00a0: vous disposez de ce droit dès maintenant.'),
    facts(
      ['Rôle', values.roleLabel],
      ['Organisme', values.organismName],
      ['Acceptée par', values.decidedBy],
      until(values.endsOn),
    ),
    ...quote('Motif', values.reason),
    button('Voir mes habilitations', site.url(paths.myInformation)),
  ],
});
