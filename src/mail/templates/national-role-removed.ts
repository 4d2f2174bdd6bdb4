import { defineTemplate, facts, paragraph, quote } from '../content.ts';
import { greet } from './phrases.ts';

/** A national role was taken away (« Retirer le profil »). */
export const nationalRoleRemoved = defineTemplate<'national-role-removed'>({
  subject: ({ roleLabel }) => `Fin de votre profil national\u00a0: ${roleLabel}`,
  greeting: greet,
  blocks: (values) => [
    paragraph(
      'Votre profil national a pris fin. Votre compte et vos autres habilitations restent inchangés.',
    ),
    facts(['Profil', values.roleLabel], ['Organisme', values.organismName], ['Retiré par', values.removedBy]),
    ...quote('Motif', values.reason),
  ],
});
