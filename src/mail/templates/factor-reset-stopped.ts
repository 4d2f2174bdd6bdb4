import { paths } from '../../paths.ts';
import { formatDateTime, fullName } from '../../presenters/format.ts';
import { button, defineTemplate, facts, paragraph, quote } from '../content.ts';

/** To who asked for it, and to who administers: the person answered that it is not them (R89). */
export const factorResetStopped = defineTemplate<'factor-reset-stopped'>({
  subject: (values) => `Second facteur de ${fullName(values)}\u00a0: réinitialisation arrêtée`,
  greeting: () => 'Bonjour,',
  blocks: (values, site) => [
    paragraph(
      `${fullName(values)} a répondu «\u00a0Ce n’est pas moi\u00a0» à la réinitialisation de son second facteur\u00a0: elle est arrêtée, et rien n’est changé.`,
    ),
    facts(
      ['Personne', `${fullName(values)} (${values.email})`],
      ['Organisme', values.organismName],
      ['Demandée par', values.askedBy],
      ['Le', formatDateTime(new Date(values.askedAt))],
    ),
    ...quote('Motif de la demande', values.reason),
    paragraph(
      'Vérifiez, avec la personne et avec qui a demandé la réinitialisation, ce qui s’est passé\u00a0: quelqu’un d’autre connaît peut-être son mot de passe.',
    ),
    button('Consulter le journal', site.url(paths.events.index, { perimetre: values.organismCode })),
  ],
});
