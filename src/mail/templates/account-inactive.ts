import { contacts } from '../../paths.ts';
import { defineTemplate, paragraph } from '../content.ts';

/**
 * « S'inscrire » with the address of a deactivated account: on screen the answer is the same as for an unknown address
 * (F1), and its owner alone is told, with whom to ask (P9). It repeats nothing that was typed.
 */
export const accountInactive = defineTemplate<'account-inactive'>({
  subject: () => 'Votre compte est désactivé',
  greeting: () => 'Bonjour,',
  blocks: ({ organismName, byUcanss }) => [
    paragraph(
      'Une demande de compte pour l’Espace Organismes a été faite avec votre adresse professionnelle. Cette adresse a déjà un compte, qui est désactivé\u00a0: aucune demande n’a été transmise.',
    ),
    paragraph(
      byUcanss
        ? `Ce compte a été désactivé par l’Ucanss, qui peut seule le réactiver\u00a0: écrivez à ${contacts.email}.`
        : `Pour qu’il soit réactivé, adressez-vous à un administrateur local de votre organisme (${organismName} à la date de la désactivation). Si vous en avez changé, ou si vous ne savez pas à qui vous adresser, écrivez à ${contacts.email}.`,
    ),
    paragraph('Si vous n’avez rien demandé, ignorez ce message.'),
  ],
});
