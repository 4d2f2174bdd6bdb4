import { searched } from './list-query.ts';

/** The catalogue has one criterion: « Rechercher ». */
export const catalogueCriteria = { q: searched('Rechercher') };
