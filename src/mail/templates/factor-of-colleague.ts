import { contacts, paths } from '../../paths.ts';
import { formatDateTime } from '../../presenters/format.ts';
import { button, defineTemplate, facts, paragraph } from '../content.ts';

/** To who administers with them: it may not be the person who did it (R89). */
export const factorOfColleague = defineTemplate<'factor-of-colleague'>({
  subject: ({ firstName, lastName }) => `Second facteur ajouté\u00a0: ${firstName} ${lastName}`,
  greeting: () => 'Bonjour,',
  blocks: ({ firstName, lastName, email, at }, site) => [
    paragraph(
      'Une personne qui administre avec vous a ajouté un second facteur, pour la première fois. Il lui sera demandé à chaque connexion.',
    ),
    facts(['Personne', `${firstName} ${lastName} (${email})`], ['Le', formatDateTime(new Date(at))]),
    paragraph(
      `Demandez-lui de vive voix si c’est bien elle. Sinon, prévenez sans attendre l’Ucanss\u00a0: ${contacts.email}\u00a0; et désactivez son compte, si sa fiche vous le permet.`,
    ),
    button('Consulter le journal', site.url(paths.events.index, { genre: 'tout' })),
  ],
});
