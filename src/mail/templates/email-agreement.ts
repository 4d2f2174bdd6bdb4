import { LAPSES_AFTER_DAYS, SILENCE_HOURS } from '../../domain/email-change.ts';
import { paths } from '../../paths.ts';
import { button, defineTemplate, facts, paragraph, quote } from '../content.ts';
import { greet } from './phrases.ts';

/** To the present address of somebody whose address somebody else wants to change (P11). */
export const emailAgreement = defineTemplate<'email-agreement'>({
  subject: () => 'Changement d’adresse demandé pour votre compte',
  greeting: greet,
  blocks: ({ organismName, newEmail, askedBy, reason, silenceAgrees }, site) => [
    paragraph(
      `${askedBy} a demandé que votre compte de l’Espace Organismes ait une autre adresse\u00a0: vous vous connecteriez avec elle, et ne recevriez plus rien à celle-ci.`,
    ),
    facts(['Nouvelle adresse', newEmail], ['Organisme', organismName]),
    ...quote('Motif', reason),
    paragraph('Si cette nouvelle adresse est bien la vôtre\u00a0:'),
    button('Donner mon accord', site.link),
    paragraph(
      'Si cette adresse n’est pas la vôtre, ou si vous n’êtes pas d’accord, arrêtez ce changement\u00a0:',
    ),
    button('Ce n’est pas moi', `${site.link}/refus`),
    paragraph(
      `${silenceAgrees ? `Sans réponse de votre part dans les ${SILENCE_HOURS} heures, le changement se fait dès que la nouvelle adresse est confirmée` : 'Sans réponse de votre part, l’Ucanss peut décider à votre place'}. Au bout de ${LAPSES_AFTER_DAYS} jours, une demande sans suite s’éteint. Vous pouvez aussi répondre dans «\u00a0Mes informations\u00a0»\u00a0: ${site.url(paths.myInformation)}`,
    ),
  ],
});
