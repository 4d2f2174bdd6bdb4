import { linkLifetimeInWords } from '../../domain/link.ts';
import { button, defineTemplate, facts, paragraph } from '../content.ts';

/**
 * « S'inscrire »: confirms the address (F1). It repeats nothing that was typed in the form: anyone may type
 * anyone's address there, and this message must not carry a stranger's words.
 */
export const requestConfirmation = defineTemplate<'request-confirmation'>({
  subject: () => 'Confirmez votre demande de compte',
  greeting: () => 'Bonjour,',
  blocks: ({ organismName }, site) => [
    paragraph(
      'Une demande de compte pour l’Espace Organismes a été faite avec votre adresse professionnelle.',
    ),
    facts(['Organisme', organismName]),
    paragraph('Confirmez votre adresse\u00a0: votre demande sera alors transmise à qui peut l’accepter.'),
    button('Confirmer mon adresse', site.link),
    paragraph(
      `Ce lien ne sert qu’une fois et reste valable ${linkLifetimeInWords('request_confirmation')}. Si vous n’avez rien demandé, ignorez ce message\u00a0: sans confirmation, la demande est effacée.`,
    ),
  ],
});
