import { paths } from '../../paths.ts';
import { button, defineTemplate, link, paragraph } from '../content.ts';

/**
 * « S'inscrire » with the address of an account: on screen the answer is the same as for an unknown address (F1),
 * and its owner alone is told. Like `request-confirmation`, it repeats nothing that was typed.
 */
export const accountKnown = defineTemplate<'account-known'>({
  subject: () => 'Vous avez déjà un compte',
  greeting: () => 'Bonjour,',
  blocks: (_values, site) => [
    paragraph(
      'Une demande de compte pour l’Espace Organismes a été faite avec votre adresse professionnelle. Cette adresse a déjà un compte\u00a0: aucune demande n’a été transmise.',
    ),
    button('Me connecter', site.url(paths.signIn)),
    link(
      'Si vous avez oublié votre mot de passe, choisissez-en un autre\u00a0:',
      site.url(paths.password.forgotten),
    ),
    paragraph(
      'Si vous ne parvenez pas à vous connecter, adressez-vous à un administrateur local de votre organisme. Si vous n’avez rien demandé, ignorez ce message.',
    ),
  ],
});
