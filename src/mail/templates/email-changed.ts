import { PUT_BACK_WITHIN_DAYS } from '../../domain/email-change.ts';
import type { MessageValues } from '../../domain/message.ts';
import { contacts, paths } from '../../paths.ts';
import { formatDate } from '../../presenters/format.ts';
import { type Block, button, defineTemplate, facts, paragraph } from '../content.ts';
import { greet } from './phrases.ts';

type Changed = Pick<MessageValues['email-changed'], 'organismName' | 'newEmail' | 'changedOn'>;

const changed = ({ organismName, newEmail, changedOn }: Changed): Block[] => [
  paragraph(
    'L’adresse à laquelle vous recevez ce message n’est plus l’identifiant de votre compte de l’Espace Organismes. Vos sessions ouvertes sont fermées.',
  ),
  facts(['Nouvel identifiant', newEmail], ['Organisme', organismName], ['Changé le', formatDate(changedOn)]),
];

// A mistyped address may be a stranger's: it is not told the right one.
const corrected = (organismName: string): Block[] => [
  paragraph(
    'Un compte de l’Espace Organismes avait été créé avec cette adresse. Elle a été corrigée\u00a0: le lien d’activation que vous avez pu recevoir ne sert plus.',
  ),
  facts(['Organisme', organismName]),
];

/** To the former address, so that its owner learns of a change that they did not want. */
export const emailChanged = defineTemplate<'email-changed'>({
  subject: () => 'L’adresse de votre compte a changé',
  greeting: greet,
  blocks: ({ organismName, newEmail, changedOn, changeId }, site) => [
    ...(changeId === null ? corrected(organismName) : changed({ organismName, newEmail, changedOn })),
    ...(changeId
      ? [
          paragraph(
            `Si vous n’attendiez pas ce changement, vous pouvez le défaire pendant ${PUT_BACK_WITHIN_DAYS} jours\u00a0:`,
          ),
          button('Ce n’est pas moi', `${site.link}/refus`),
        ]
      : []),
    ...(changeId === null
      ? []
      : [
          paragraph('Sinon, connectez-vous avec la nouvelle adresse.'),
          button('Me connecter', site.url(paths.signIn)),
        ]),
    paragraph(
      `Dans le doute, prévenez sans tarder un administrateur local de votre organisme, ou écrivez à ${contacts.email}.`,
    ),
  ],
});
