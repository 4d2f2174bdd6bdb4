import type { MessageValues } from '../../domain/message.ts';
import { paths } from '../../paths.ts';
import { correctionLines } from '../../presenters/corrections.ts';
import { formatDate, fullName } from '../../presenters/format.ts';
import { button, defineTemplate, facts, paragraph, quote } from '../content.ts';
import type { Site } from '../site.ts';
import { waitingInAll } from './phrases.ts';

const SUBJECTS: Record<MessageValues['request-received']['kind'], string> = {
  account: 'Demande de compte de',
  role: 'Demande d’habilitation de',
  address: 'Changement d’adresse pour',
  correction: 'Correction de la fiche de',
};

/** Tells those who can decide that a request waits for them; one message a request. */
export const requestReceived = defineTemplate<'request-received'>({
  subject: (values) =>
    `${values.closesOn || values.reminded ? 'Rappel\u00a0: ' : ''}${SUBJECTS[values.kind]} ${fullName(values)}`,
  greeting: () => 'Bonjour,',
  blocks: (values, site) => [
    paragraph(
      values.forUcanss
        ? 'Une demande attend la décision de l’Ucanss.'
        : `Une demande attend la décision d’un administrateur local\u00a0: ${values.organismName}.`,
    ),
    ...(values.nobodyHere
      ? [
          paragraph(
            'Personne ne peut en décider dans l’organisme\u00a0: aucun autre administrateur local n’y a de droit en vigueur.',
          ),
        ]
      : []),
    ...(values.reminded
      ? [
          paragraph(
            `${fullName(values)} vous la rappelle\u00a0: elle attend depuis le ${formatDate(values.submittedOn)}.`,
          ),
        ]
      : []),
    ...(values.closesOn
      ? [paragraph(`Elle sera close le ${formatDate(values.closesOn)} sans décision.`)]
      : []),
    facts(
      ['Personne', fullName(values)],
      ['Email professionnel', values.email],
      values.functionTitle === '' ? null : ['Fonction', values.functionTitle],
      ['Organisme', values.organismName],
      ['Rôle concerné', values.roleLabel],
      values.newEmail ? ['Nouvelle adresse', values.newEmail] : null,
      values.changes ? ['Correction', correctionLines(values.changes).join('\u00a0; ')] : null,
      ['Date de la demande', formatDate(values.submittedOn)],
      values.requester ? ['Demandée par', values.requester] : null,
    ),
    ...(values.outsideMailDomain
      ? [
          paragraph(
            values.newEmail
              ? 'Attention\u00a0: la nouvelle adresse n’appartient pas au domaine de messagerie de l’organisme.'
              : 'Attention\u00a0: cette adresse n’appartient pas au domaine de messagerie de l’organisme.',
          ),
        ]
      : []),
    ...quote('Motif', values.reason),
    ...waitingInAll(values.waiting),
    button(values.requestId ? 'Ouvrir la demande' : 'Voir les demandes en cours', addressOf(values, site)),
  ],
});

/** The list with this request alone, and its row as what is come to. */
function addressOf(values: MessageValues['request-received'], site: Site): string {
  const { organismCode: perimetre, requestId } = values;
  if (!requestId) return site.url(paths.requests.pending, { perimetre });
  return `${site.url(paths.requests.pending, { perimetre, q: fullName(values) })}#demande-${requestId}`;
}
