import { paths } from '../../paths.ts';
import { button, defineTemplate, facts, paragraph, quote } from '../content.ts';
import { greet } from './phrases.ts';

/** A deactivated account is open again (R43). */
export const accountReactivated = defineTemplate<'account-reactivated'>({
  subject: () => 'Votre compte est réactivé',
  greeting: greet,
  blocks: (values, site) => [
    paragraph('Votre compte est de nouveau actif\u00a0: vous pouvez vous connecter à l’Espace Organismes.'),
    facts(
      ['Organisme', values.organismName],
      ['Réactivé par', values.reactivatedBy],
      [values.rights.length > 1 ? 'Droits retrouvés' : 'Droit retrouvé', values.rights.join(', ') || 'Aucun'],
    ),
    ...quote('Motif', values.reason),
    paragraph(
      'Si vous n’avez plus votre mot de passe, choisissez «\u00a0Mot de passe oublié\u00a0» sur la page de connexion.',
    ),
    button('Se connecter', site.url(paths.signIn)),
  ],
});
