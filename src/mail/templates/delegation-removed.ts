import { fullName } from '../../presenters/format.ts';
import { defineTemplate, facts, type Person, paragraph, quote } from '../content.ts';
import { greet } from './phrases.ts';

interface Values extends Person {
  /** Whom this message is for: who held the delegation (`firstName`, `lastName`), or who took it away. */
  to: 'holder' | 'remover';
  organismName: string;
  /** Who took it away. */
  remover: Person;
  reason: string;
}

/** A delegation was taken away: one message to each of the two (« Retirer la délégation »). */
export const delegationRemoved = defineTemplate<Values>({
  link: null,
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
