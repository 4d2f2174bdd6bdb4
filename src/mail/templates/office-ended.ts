import { formatDate, fullName } from '../../presenters/format.ts';
import { defineTemplate, facts, paragraph } from '../content.ts';

/** Tells the administrators of an organism that somebody of theirs is an executive no more (R81). */
export const officeEnded = defineTemplate<'office-ended'>({
  subject: (values) => `Fin de fonction de ${fullName(values)}`,
  greeting: () => 'Bonjour,',
  blocks: (values) => [
    paragraph(
      'L’Ucanss a enregistré la fin de fonction d’une personne de votre organisme, qui n’est plus agent de direction. Son compte et ses droits n’ont pas changé.',
    ),
    facts(
      ['Personne', fullName(values)],
      ['Email professionnel', values.email],
      ['Organisme', values.organismName],
      ['Date d’effet', formatDate(values.endedOn)],
    ),
    paragraph(
      'Si elle quitte l’Institution, désactivez son compte\u00a0; sinon, vérifiez les droits qu’elle garde.',
    ),
  ],
});
