import { inOnePiece } from '../domain/search.ts';
import { searched } from './list-query.ts';

/** « Recherche » has one criterion. */
export const searchCriteria = { q: searched('Recherche') };

/** Fewest letters or digits that something is looked for by. */
export const FEWEST_CHARACTERS = 2;

/** True of a text that has enough to look for: what cannot be seen, and spaces, are nothing. A number is always enough. */
export const isEnough = (text: string): boolean => {
  const seen = inOnePiece(text);
  return /\d/.test(seen) || [...seen].length >= FEWEST_CHARACTERS;
};
