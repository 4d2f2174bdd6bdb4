import { linkLifetimeInWords } from '../../domain/link.ts';
import type { MessageValues } from '../../domain/message.ts';
import { paths } from '../../paths.ts';
import { button, defineTemplate, facts, link, paragraph } from '../content.ts';
import { greet } from './phrases.ts';

const OPENINGS: Record<MessageValues['activation']['cause'], string> = {
  accepted: 'Votre demande de compte a été acceptée\u00a0: votre accès à l’Espace Organismes est ouvert.',
  created: 'Votre accès à l’Espace Organismes est ouvert.',
  'asked-again':
    'Vous avez demandé un nouveau lien. Votre accès à l’Espace Organismes est ouvert\u00a0: il ne vous reste qu’à choisir votre mot de passe.',
  resent:
    'Un administrateur vous renvoie un lien\u00a0: votre accès à l’Espace Organismes est ouvert, il ne vous reste qu’à choisir votre mot de passe.',
};

/** Confirms the access and lets the person choose a password; never carries one (R25, R51). */
export const activation = defineTemplate<'activation'>({
  subject: () => 'Votre accès à l’Espace Organismes',
  greeting: greet,
  blocks: ({ cause, email, organismName }, site) => [
    paragraph(OPENINGS[cause]),
    facts(['Identifiant', email], ['Organisme', organismName]),
    paragraph('Pour vous connecter la première fois, choisissez votre mot de passe.'),
    button('Choisir mon mot de passe', site.link),
    link(
      `Ce lien ne sert qu’une fois et reste valable ${linkLifetimeInWords('activation')}. Au-delà, demandez-en un autre\u00a0:`,
      site.url(paths.password.forgotten),
    ),
  ],
});
