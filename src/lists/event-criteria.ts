import { EVENT_CHOICES } from '../presenters/event-filters.ts';
import { day, type Option, oneOf } from './criteria.ts';

const ALL = { value: '', label: 'Tous' };

/** By act and by period: any act is taken, `choices` are offered. */
export const byActAndPeriod = (choices: readonly Option[]) => ({
  action: {
    ...oneOf('acte', 'Acte', [ALL, ...EVENT_CHOICES], {
      refusal: 'Acte\u00a0: cette valeur est inconnue, tous sont affichés.',
    }),
    control: { kind: 'select' as const, label: 'Acte', options: [ALL, ...choices] },
  },
  from: day('du', 'Du'),
  to: day('au', 'Au'),
});
