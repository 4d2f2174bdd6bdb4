import { fullName } from '../../presenters/format.ts';
import { defineTemplate, facts, paragraph, quote } from '../content.ts';
import { greet } from './phrases.ts';

/** A delegation was taken away: one message to each of the two (« Retirer la délégation »). */
export const delegationRemoved = defineTemplate<'delegation-removed'>({
  subject: (values) =>
    values.to === 'holder'
      ? `Fin de votre délégation\u00a0: ${values.organismName}`
      : `Délégation retirée à ${fullName(values)}`,
  greeting: (values) => greet(values.to === 'holder' ? values : values.remover),
  blocks: (values) => [
    paragraph(
      values.to === 'holder'
        ? 'Votre délégation d’administrateur local a pris fin. Votre compte et vos autres habilitations restent inchangés.'
        : 'Vous avez retiré une délégation d’administrateur local. Le compte et les autres habilitations de cette personne restent inchangés.',
    ),
    facts(
      ['Administrateur local', fullName(values)],
      ['Organisme', values.organismName],
      ['Retirée par', fullName(values.remover)],
    ),
    ...quote('Motif', values.reason),
  ],
});
