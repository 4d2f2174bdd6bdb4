import { linkLifetimeInWords } from '../../domain/link.ts';
import { button, defineTemplate, paragraph } from '../content.ts';
import { greet } from './phrases.ts';

/** « Mot de passe oublié » (F2). */
export const passwordReset = defineTemplate<'password-reset'>({
  subject: () => 'Choisir un nouveau mot de passe',
  greeting: greet,
  blocks: (_values, site) => [
    paragraph('Vous avez demandé à choisir un nouveau mot de passe pour l’Espace Organismes.'),
    button('Choisir un nouveau mot de passe', site.link),
    paragraph(`Ce lien ne sert qu’une fois et reste valable ${linkLifetimeInWords('password_reset')}.`),
    paragraph(
      'Si vous n’avez rien demandé, ignorez ce message\u00a0: votre mot de passe actuel reste valable et personne d’autre n’a reçu ce lien.',
    ),
  ],
});
