import { takenSentence } from '../../presenters/departures.ts';
import { formatDate, fullName } from '../../presenters/format.ts';
import { defineTemplate, facts, paragraph, quote } from '../content.ts';

/** Tells the organism's administrators what became of a departure that one of them had planned (R76, P10). */
export const departure = defineTemplate<'departure'>({
  subject: (values) =>
    values.done ? `Départ de ${fullName(values)}` : `Le départ de ${fullName(values)} n’a pas pu se faire`,
  greeting: () => 'Bonjour,',
  blocks: (values) => [
    paragraph(values.done ? doneSentence(values) : undoneSentence(values)),
    facts(
      ['Personne', fullName(values)],
      ['Organisme', values.organismName],
      ['Prévu par', values.askedBy],
      ['Pour le', formatDate(values.on)],
    ),
    ...quote('Motif', values.reason),
    ...(values.done
      ? [paragraph('Pendant 7 jours, ce départ peut être annulé, dans «\u00a0Actions groupées\u00a0».')]
      : []),
  ],
});

type Values = { rights: number; requests: number; last: boolean };

const doneSentence = (values: Values): string =>
  `Le départ qui était prévu est fait\u00a0: ${takenSentence(values)}.`;

const undoneSentence = ({ last }: Values): string =>
  last
    ? 'Le départ qui était prévu n’est pas fait\u00a0: la personne est le dernier administrateur local de l’organisme. Désignez-en d’abord un autre, puis recommencez le départ.'
    : 'Le départ qui était prévu n’est pas fait\u00a0: les droits de la personne dépassent désormais les vôtres. Demandez à l’Ucanss.';
