import { theOrganism } from '../../domain/organism-name.ts';
import { formatDate, fullName } from '../../presenters/format.ts';
import { defineTemplate, facts, paragraph } from '../content.ts';

/** Tells the former organism's administrators that someone left for another one (R57-R64). */
export const attached = defineTemplate<'attached'>({
  subject: (values) => `${fullName(values)} a rejoint un autre organisme`,
  greeting: () => 'Bonjour,',
  blocks: (values) => [
    paragraph(
      `Une personne de votre organisme a été rattachée à un autre organisme. Vous ne gérez plus son compte.`,
    ),
    facts(
      ['Personne', fullName(values)],
      ['Email professionnel', values.email],
      ['Organisme quitté', values.formerOrganism],
      ['Nouvel organisme', values.newOrganism],
      ['Rattachée par', values.attachedBy],
      ['Le', formatDate(values.attachedOn)],
    ),
    ...(values.delegationEnded
      ? [
          paragraph(
            `Sa délégation d’administrateur local pour ${theOrganism(values.formerOrganism)} a pris fin.`,
          ),
        ]
      : []),
    paragraph('Si ce rattachement vous paraît être une erreur, prenez contact avec le nouvel organisme.'),
  ],
});
