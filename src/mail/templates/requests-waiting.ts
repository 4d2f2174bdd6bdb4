import { paths } from '../../paths.ts';
import { formatDate, plural } from '../../presenters/format.ts';
import { button, defineTemplate, facts, paragraph } from '../content.ts';
import { greet } from './phrases.ts';

/** Reminds a local administrator, for Ucanss, of the requests that wait for them. */
export const requestsWaiting = defineTemplate<'requests-waiting'>({
  subject: ({ waiting, organismName }) =>
    `Rappel\u00a0: ${plural(waiting, 'demande à décider', 'demandes à décider')}, ${organismName}`,
  greeting: greet,
  blocks: (values, site) => [
    paragraph(
      values.waiting >= 2
        ? 'L’Ucanss vous rappelle que des demandes d’habilitations attendent votre décision.'
        : 'L’Ucanss vous rappelle qu’une demande d’habilitation attend votre décision.',
    ),
    facts(
      ['Organisme', values.organismName],
      ['À décider', plural(values.waiting, 'demande', 'demandes')],
      [
        values.waiting >= 2 ? 'La plus ancienne' : 'Depuis',
        `${formatDate(values.since)}, il y a ${plural(values.days, 'jour', 'jours')}`,
      ],
    ),
    button(
      'Voir les demandes en cours',
      site.url(paths.requests.pending, { perimetre: values.organismCode, decideur: 'moi' }),
    ),
  ],
});
