import type { MessageValues } from '../../domain/message.ts';
import { paths } from '../../paths.ts';
import { correctionLines } from '../../presenters/corrections.ts';
import { button, defineTemplate, facts, paragraph, quote } from '../content.ts';
import { greet, until } from './phrases.ts';

/** What was accepted, for the person who asked, for whom it was asked, or for who asked for somebody else (P3). */
function opening({ requester, beneficiary, changes }: MessageValues['request-accepted']): string {
  if (changes) return 'La correction que vous avez proposée a été acceptée\u00a0: votre fiche est à jour.';
  if (beneficiary) {
    return `La demande d’habilitation que vous avez faite pour ${beneficiary} a été acceptée\u00a0: cette personne dispose de ce droit dès maintenant.`;
  }
  return requester
    ? `${requester} a demandé une habilitation pour vous\u00a0: elle a été acceptée, vous disposez de ce droit dès maintenant.`
    : 'Votre demande d’habilitation a été acceptée\u00a0: vous disposez de ce droit dès maintenant.';
}

/** A request for a role was accepted. An account request is answered by `activation` (R25). */
export const requestAccepted = defineTemplate<'request-accepted'>({
  subject: ({ roleLabel }) => `Demande acceptée\u00a0: ${roleLabel}`,
  greeting: greet,
  blocks: (values, site) => [
    paragraph(opening(values)),
    facts(
      [values.changes ? 'Demande' : 'Rôle', values.roleLabel],
      values.changes ? ['Correction', correctionLines(values.changes).join('\u00a0; ')] : null,
      ['Organisme', values.organismName],
      ['Acceptée par', values.decidedBy],
      until(values.endsOn),
    ),
    ...quote('Motif', values.reason),
    values.beneficiary
      ? button(
          'Voir les demandes acceptées',
          site.url(paths.requests.accepted, { perimetre: values.organismCode }),
        )
      : button(
          values.changes ? 'Voir mes informations' : 'Voir mes habilitations',
          site.url(paths.myInformation),
        ),
  ],
});
