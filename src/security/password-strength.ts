import { forbiddenWords, isMadeOf, missingCharacters, PASSWORD_MINIMUM } from '../domain/password.ts';
import type { BreachedPasswords } from './breached-passwords.ts';
import { guess } from './guessing.ts';

/** Whether a password may be chosen, and the sentence to show. */
export interface Strength {
  accepted: boolean;
  message: string;
}

/** Of 4: out of reach for who tries ten thousand guesses a second for months. */
const SCORE = 3;

const ADVICE = 'Ajoutez un ou deux mots sans rapport entre eux.';

/** What makes a password easy to guess, by the key of the estimate. */
const WARNINGS: Record<string, string> = {
  straightRow: 'Il suit les touches du clavier.',
  keyPattern: 'Il suit les touches du clavier.',
  simpleRepeat: 'Il répète les mêmes caractères.',
  extendedRepeat: 'Il répète les mêmes caractères.',
  sequences: 'Il suit une suite connue, comme abc ou 123.',
  recentYears: 'Il repose sur une année.',
  dates: 'Il repose sur une date.',
  topTen: 'Il fait partie des plus utilisés.',
  topHundred: 'Il fait partie des plus utilisés.',
  common: 'Il fait partie des plus utilisés.',
  similarToCommon: 'Il ressemble à l’un des plus utilisés.',
  wordByItself: 'Il tient en un seul mot courant.',
  namesByThemselves: 'Il tient en un nom ou un prénom.',
  commonNames: 'Il tient en un nom ou un prénom.',
  userInputs: 'Il reprend des mots liés à vous ou au portail.',
};

const refused = (message: string): Strength => ({ accepted: false, message });

/**
 * Judges a password for someone, what is cheapest to see first.
 * @param about their names, e-mail, organism
 * @param breached undefined where the portal has no list of them
 */
export async function judgePassword(
  password: string,
  about: readonly string[],
  breached: BreachedPasswords | undefined,
): Promise<Strength> {
  const missing = missingCharacters(password);
  if (missing > 0) {
    return refused(
      `Un mot de passe a ${PASSWORD_MINIMUM} caractères au moins\u00a0: il en manque ${missing}.`,
    );
  }
  const words = forbiddenWords(about);
  if (isMadeOf(password, words)) {
    return refused(`Ce mot de passe est trop facile à deviner. ${WARNINGS.userInputs} ${ADVICE}`);
  }
  if (await breached?.has(password)) {
    return refused(
      'Ce mot de passe figure dans des fuites de données publiées\u00a0: choisissez-en un autre.',
    );
  }
  const { score, warning } = await guess(password.normalize('NFC'), words);
  if (score >= SCORE) return { accepted: true, message: 'Ce mot de passe est assez difficile à deviner.' };
  const why = warning === null ? '' : `${WARNINGS[warning] ?? ''} `;
  return refused(`Ce mot de passe est trop facile à deviner. ${why}${ADVICE}`.replace(/\s{2,}/g, ' '));
}
