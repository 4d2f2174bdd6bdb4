import type { UndoneChange } from '../../domain/message.ts';
import { paths } from '../../paths.ts';
import { button, defineTemplate, facts, paragraph, quote } from '../content.ts';
import { greet } from './phrases.ts';

/** What became of what the earlier message told, one or several. */
const WORDS: Record<UndoneChange['outcome'], readonly [one: string, many: string]> = {
  removed: ['Habilitation retirée', 'Habilitations retirées'],
  restored: ['Habilitation rétablie', 'Habilitations rétablies'],
  cancelled: ['Demande annulée', 'Demandes annulées'],
  asked_again: ['Demande de nouveau en attente', 'Demandes de nouveau en attente'],
  deactivated: ['Accès fermé', 'Accès fermés'],
};

const isRestored = ({ outcome }: UndoneChange): boolean => outcome === 'restored';
const wordOf = (changes: readonly UndoneChange[]): string => {
  if (changes.every(isRestored)) return 'Rétabli';
  return 'Annulé';
};

/** An act on many people that the recipient was told of is undone (R83). */
export const batchUndone = defineTemplate<'batch-undone'>({
  subject: ({ changes }) => `${wordOf(changes)}\u00a0: ${changes.map(({ label }) => label).join(', ')}`,
  greeting: greet,
  blocks: ({ changes, ...values }, site) => [
    paragraph('Une action dont un message vous avait informé est annulée\u00a0: ce message ne vaut plus.'),
    facts(
      ...[...Map.groupBy(changes, ({ outcome }) => outcome)].map(([outcome, alike]): [string, string] => [
        WORDS[outcome][alike.length > 1 ? 1 : 0],
        alike.map(({ label }) => label).join(', '),
      ]),
      ['Organisme', values.organismName],
      ['Annulée par', values.undoneBy],
    ),
    ...quote('Motif', values.reason),
    button('Voir mes habilitations', site.url(paths.myInformation)),
  ],
});
