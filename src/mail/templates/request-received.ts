import { formatDate, fullName } from '../../presenters/format.ts';
import { button, defineTemplate, facts, type Person, paragraph, quote } from '../content.ts';

interface Values extends Person {
  kind: 'account' | 'role';
  email: string;
  functionTitle: string;
  organismName: string;
  /** « Rôle concerné », letter for letter (R18, R19). */
  roleLabel: string;
  reason: string;
  /** 'YYYY-MM-DD' in Paris. */
  submittedOn: string;
  /** True for an address outside the organism's mail domain (F1). */
  outsideMailDomain: boolean;
  /** True when Ucanss decides: the role is reserved to it, or nobody in the organism may. */
  forUcanss: boolean;
}

/** Tells those who can decide that a request waits for them; one message a request. */
export const requestReceived = defineTemplate<Values>({
  link: null,
  subject: (values) =>
    `${values.kind === 'account' ? 'Demande de compte' : 'Demande d’habilitation'} de ${fullName(values)}`,
  greeting: () => 'Bonjour,',
  blocks: (values, site) => [
    paragraph(
      values.forUcanss
        ? 'Une demande attend la décision de l’Ucanss.'
        : `Une demande attend la décision d’un administrateur local\u00a0: ${values.organismName}.`,
    ),
    facts(
      ['Personne', fullName(values)],
      ['Email professionnel', values.email],
      values.functionTitle === '' ? null : ['Fonction', values.functionTitle],
      ['Organisme', values.organismName],
      ['Rôle concerné', values.roleLabel],
      ['Date de la demande', formatDate(values.submittedOn)],
    ),
    ...(values.outsideMailDomain
      ? [
          paragraph(
            'Attention\u00a0: cette adresse n’appartient pas au domaine de messagerie de l’organisme.',
          ),
        ]
      : []),
    ...quote('Motif', values.reason),
    button('Voir les demandes en cours', site.url('/gestion/demandes/en-cours')),
  ],
});
