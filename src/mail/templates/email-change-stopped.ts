import { defineTemplate, facts, paragraph, quote } from '../content.ts';
import { greet } from './phrases.ts';

/** To the present address: the change that somebody else asked for, and which it was told of, is given up (P11). */
export const emailChangeStopped = defineTemplate<'email-change-stopped'>({
  subject: () => 'Changement d’adresse abandonné',
  greeting: greet,
  blocks: ({ organismName, newEmail, askedBy, reason }) => [
    paragraph(
      'Le changement d’adresse demandé pour votre compte de l’Espace Organismes est abandonné\u00a0: rien n’est changé, et les liens que vous avez reçus ne servent plus.',
    ),
    facts(['Nouvelle adresse', newEmail], ['Demandé par', askedBy], ['Organisme', organismName]),
    ...quote('Motif', reason),
  ],
});
