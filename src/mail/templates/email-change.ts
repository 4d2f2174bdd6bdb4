import { linkLifetimeInWords } from '../../domain/link.ts';
import { button, defineTemplate, facts, paragraph } from '../content.ts';
import { greet } from './phrases.ts';

/** To a new address, which replaces the one of the account only once its owner says so. */
export const emailChange = defineTemplate<'email-change'>({
  subject: () => 'Confirmez votre nouvelle adresse',
  greeting: greet,
  blocks: ({ organismName, newEmail, askedBy }, site) => [
    paragraph(
      askedBy === null
        ? 'Vous avez demandé que cette adresse devienne l’identifiant de votre compte de l’Espace Organismes.'
        : `${askedBy} a demandé que cette adresse devienne l’identifiant de votre compte de l’Espace Organismes.`,
    ),
    facts(['Nouvel identifiant', newEmail], ['Organisme', organismName]),
    paragraph(
      'Rien ne change avant votre confirmation. Ensuite, vos sessions ouvertes seront fermées et vous vous connecterez avec cette adresse.',
    ),
    button('Confirmer mon adresse', site.link),
    paragraph(
      `Ce lien ne sert qu’une fois et reste valable ${linkLifetimeInWords('email_change')}. Si ce message ne vous est pas destiné, ignorez-le\u00a0: sans confirmation, rien n’est changé.`,
    ),
  ],
});
