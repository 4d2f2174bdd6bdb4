import { EVENT_CHOICES } from '../presenters/event-filters.ts';
import type { Ask, Option } from './criteria.ts';

const ALL = { value: '', label: 'Tous' };

/** By act and by period: any act is taken, `choices` are offered. */
export const byActAndPeriod = (ask: Ask, choices: readonly Option[]) => ({
  action: {
    ...ask.oneOf('acte', 'Acte', [ALL, ...EVENT_CHOICES], {
      refusal: 'Acte\u00a0: cette valeur est inconnue, tous sont affichés.',
    }),
    control: { kind: 'select' as const, label: 'Acte', options: [ALL, ...choices] },
  },
  from: ask.day('du', 'Du'),
  to: ask.day('au', 'Au'),
});
