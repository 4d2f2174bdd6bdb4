import type { FactorChoice } from '../database/sql.ts';
import type { Ask } from './criteria.ts';

/** « Second facteur » (R89): who has one, who has none. */
export const byFactor = (ask: Ask) =>
  ask.oneOf<FactorChoice>('facteur', 'Second facteur', [
    { value: '', label: 'Tous' },
    { value: 'avec', label: 'Avec' },
    { value: 'sans', label: 'Sans' },
  ]);

export const yesOrNo = (has: boolean): string => (has ? 'Oui' : 'Non');
