import { SILENCE_HOURS } from '../../domain/email-change.ts';
import { linkLifetimeInWords } from '../../domain/link.ts';
import { button, defineTemplate, facts, paragraph, quote } from '../content.ts';
import { greet } from './phrases.ts';

/** To a new address that somebody else asked for: whether it is the person's (P11). */
export const emailMailbox = defineTemplate<'email-mailbox'>({
  subject: () => 'Confirmez votre nouvelle adresse',
  greeting: greet,
  blocks: ({ organismName, newEmail, askedBy, reason, silenceAgrees }, site) => [
    paragraph(
      `${askedBy} a demandé que cette adresse devienne l’identifiant de votre compte de l’Espace Organismes.`,
    ),
    facts(['Nouvel identifiant', newEmail], ['Organisme', organismName]),
    ...quote('Motif', reason),
    paragraph(
      silenceAgrees
        ? `Rien ne change avant votre confirmation et votre accord, demandé à l’adresse actuelle du compte\u00a0; ${SILENCE_HOURS} heures sans réponse valent accord.`
        : 'Rien ne change avant votre confirmation et un second accord\u00a0: le vôtre, demandé à l’adresse actuelle du compte, ou celui de l’Ucanss.',
    ),
    button('Confirmer mon adresse', site.link),
    paragraph(
      `Ce lien ne sert qu’une fois et reste valable ${linkLifetimeInWords('email_mailbox')}. Si ce message ne vous est pas destiné, ignorez-le\u00a0: sans confirmation, rien n’est changé.`,
    ),
  ],
});
