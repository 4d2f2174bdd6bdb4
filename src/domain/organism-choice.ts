import { holdsWords, inOnePiece, searchable, searchWords } from './search.ts';

/** An organism as someone without account finds it: public reference data. */
export interface OpenOrganism {
  id: number;
  code: string;
  name: string;
  city: string;
  department: string;
  /** Null where it is not known. */
  mailDomain: string | null;
}

/** What a typed organism comes to. */
export type OrganismChoice =
  | { kind: 'found'; organism: OpenOrganism }
  /** Several could be meant, or one that was not named exactly; `more` when others are left out. */
  | { kind: 'choices'; organisms: OpenOrganism[]; more: boolean }
  | { kind: 'unknown' };

/** Choices offered at most. */
const CHOICES = 12;

/**
 * The organism that a text names: by its exact code or name, without regard to accents, case, hyphens or apostrophes, or the one
 * picked among the choices that the same text gave. Otherwise the organisms that hold each of its words in their name,
 * code, city or department.
 */
export function chooseOrganism(
  text: string,
  picked: string,
  organisms: readonly OpenOrganism[],
): OrganismChoice {
  const wanted = inOnePiece(text);
  const exact = organisms.find(
    ({ code, name }) => inOnePiece(code) === wanted || inOnePiece(name) === wanted,
  );
  if (exact) return { kind: 'found', organism: exact };
  const words = searchWords(text);
  const matching = words.length === 0 ? [] : organisms.filter((organism) => holds(organism, words));
  const chosen = matching.find(({ code }) => code === picked);
  if (chosen) return { kind: 'found', organism: chosen };
  if (matching.length === 0) return { kind: 'unknown' };
  return { kind: 'choices', organisms: matching.slice(0, CHOICES), more: matching.length > CHOICES };
}

function holds({ code, name, city, department }: OpenOrganism, words: readonly string[]): boolean {
  const key = searchable(`${name} ${code} ${city} ${department}`);
  return holdsWords(key, words);
}
