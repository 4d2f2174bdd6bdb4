import { paths } from '../../paths.ts';
import { plural } from '../../presenters/format.ts';
import { button, defineTemplate, facts, paragraph, quote } from '../content.ts';
import { waitingInAll } from './phrases.ts';

/** Tells Ucanss that one act asked for a reserved role for several people: one message for all (P3, R45). */
export const requestsReceived = defineTemplate<'requests-received'>({
  subject: ({ count, roleLabel }) =>
    `${plural(count, 'demande', 'demandes')} d’habilitation\u00a0: ${roleLabel}`,
  greeting: () => 'Bonjour,',
  blocks: (values, site) => [
    paragraph(
      values.count >= 2
        ? 'Des demandes faites ensemble attendent la décision de l’Ucanss.'
        : 'Une demande attend la décision de l’Ucanss.',
    ),
    facts(
      ['Rôle concerné', values.roleLabel],
      ['Personnes', plural(values.count, 'personne', 'personnes')],
      ['Organisme', values.organismName],
      ['Demandées par', values.requestedBy],
    ),
    ...quote('Motif', values.reason),
    ...waitingInAll(values.waiting),
    button(
      'Voir les demandes en cours',
      site.url(paths.requests.pending, {
        perimetre: values.organismCode,
        // What was queued before the list was searched leads to all of it.
        q: values.waiting === undefined ? undefined : values.roleLabel,
      }),
    ),
  ],
});
