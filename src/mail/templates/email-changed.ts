import { PUT_BACK_WITHIN_DAYS } from '../../domain/email-change.ts';
import { contacts, paths } from '../../paths.ts';
import { formatDate } from '../../presenters/format.ts';
import { button, defineTemplate, facts, paragraph } from '../content.ts';
import { greet } from './phrases.ts';

/** To the former address, so that its owner learns of a change that they did not want. */
export const emailChanged = defineTemplate<'email-changed'>({
  subject: () => 'L’adresse de votre compte a changé',
  greeting: greet,
  blocks: ({ organismName, newEmail, changedOn, changeId }, site) => [
    paragraph(
      'L’adresse à laquelle vous recevez ce message n’est plus l’identifiant de votre compte de l’Espace Organismes.',
    ),
    facts(
      ['Nouvel identifiant', newEmail],
      ['Organisme', organismName],
      ['Changé le', formatDate(changedOn)],
    ),
    paragraph('Vos sessions ouvertes sont fermées\u00a0: connectez-vous avec la nouvelle adresse.'),
    button('Me connecter', site.url(paths.signIn)),
    ...(changeId
      ? [
          paragraph(
            `Si vous n’attendiez pas ce changement, vous pouvez le défaire pendant ${PUT_BACK_WITHIN_DAYS} jours\u00a0:`,
          ),
          button('Ce n’est pas moi', `${site.link}/refus`),
        ]
      : []),
    paragraph(
      `Dans le doute, prévenez sans tarder un administrateur local de votre organisme, ou écrivez à ${contacts.email}.`,
    ),
  ],
});
