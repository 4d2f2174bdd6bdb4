import { LAPSES_AFTER_DAYS } from '../../domain/email-change.ts';
import type { MessageValues } from '../../domain/message.ts';
import { fullName } from '../../presenters/format.ts';
import { defineTemplate, facts, paragraph, quote } from '../content.ts';

type Values = MessageValues['email-change-ended'];

const SUBJECTS: Record<Values['outcome'], string> = {
  changed: 'Adresse changée',
  refused: 'Changement d’adresse refusé',
  lapsed: 'Changement d’adresse sans suite',
  reverted: 'Changement d’adresse défait',
};

function told({ outcome, by }: Values): string {
  if (outcome === 'changed') return 'Le changement d’adresse que vous aviez demandé est fait.';
  if (outcome === 'refused')
    return by === null
      ? 'La personne n’a pas voulu du changement d’adresse que vous aviez demandé\u00a0: rien n’est changé.'
      : 'Le changement d’adresse que vous aviez demandé est refusé\u00a0: rien n’est changé.';
  if (outcome === 'reverted')
    return 'L’ancienne boîte a répondu «\u00a0Ce n’est pas moi\u00a0»\u00a0: le changement d’adresse que vous aviez demandé est défait, et l’Ucanss en est prévenue.';
  return `Le changement d’adresse que vous aviez demandé n’a pas été confirmé en ${LAPSES_AFTER_DAYS} jours\u00a0: il est abandonné, rien n’est changé. Vous pouvez le demander de nouveau.`;
}

/** What became of the new address that somebody asked for another person (P11). */
export const emailChangeEnded = defineTemplate<'email-change-ended'>({
  subject: (values) => `${SUBJECTS[values.outcome]}\u00a0: ${fullName(values)}`,
  greeting: ({ asker }) => `Bonjour ${asker},`,
  blocks: (values) => [
    paragraph(told(values)),
    facts(
      ['Personne', fullName(values)],
      ['Nouvelle adresse', values.newEmail],
      ['Organisme', values.organismName],
      values.by === null ? null : ['Refusé par', values.by],
    ),
    ...quote('Motif', values.reason),
  ],
});
