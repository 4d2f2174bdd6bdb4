/** Longest search text, in characters, and most words in it: each word costs a condition. */
export const MAX_SEARCH_LENGTH = 200;
export const MAX_SEARCH_WORDS = 12;

// Written as ranges, the same as in the SQL function searchable() (migrations/20261130000100_search_keys.ts): what \p{…}
// stands for grows with each version of Unicode, and Node.js and PostgreSQL do not change it on the same day.
const MARKS = String.raw`\u0300-\u0344\u0346-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f`;
const INVISIBLE = String.raw`\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}`;
const HYPHENS = String.raw`\-\u058a\u05be\u1400\u1806\u2010-\u2015\u2043\u207b\u208b\u2212\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d\u301c\u3030\u30a0\ufe31\ufe32\ufe58\ufe63\uff0d\u{10d6e}\u{10ead}`;
const APOSTROPHES = String.raw`\u0027\u0060\u00b4\u02b9\u02bb-\u02bd\u02c8\u02ca\u02cb\u0384\u055a\u07f4\u07f5\u1fbd\u1fbf\u1fef\u1ffd\u1ffe\u2018-\u201b\u2032\u2035\u275b\u275c\ua78b\ua78c\uff07\uff40`;

const UNSEEN = new RegExp(`[${MARKS}${INVISIBLE}]`, 'gu');
const LINKS = new RegExp(`[${HYPHENS}${APOSTROPHES}]`, 'gu');

// Where capitals are: names are stored in them, and typed in small letters.
const CAPITALS =
  /[A-Z\u00c0-\u024f\u0370-\u052f\u0531-\u0556\u1e00-\u1eff\u10a0-\u10cd\u13a0-\u13f5\u1c89-\u1cbf\u2132\u2183\u2c00-\u2cf2\ua640-\ua69b\ua722-\ua7f6\u{10400}-\u{10427}\u{104b0}-\u{104d3}\u{10570}-\u{10595}\u{10c80}-\u{10cb2}\u{10d50}-\u{10d65}\u{118a0}-\u{118bf}\u{16e40}-\u{16e5f}\u{16ea0}-\u{16eb8}\u{1e900}-\u{1e921}]/gu;

// Letters that are no letter with a mark.
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ð: 'd',
  đ: 'd',
  ɖ: 'd',
  ø: 'o',
  ł: 'l',
  ħ: 'h',
  ŧ: 't',
  ı: 'i',
  ȷ: 'j',
  ŋ: 'n',
  ĸ: 'q',
  ƒ: 'f',
  ƀ: 'b',
  ǥ: 'g',
  ɨ: 'i',
  ʉ: 'u',
  ς: 'σ',
  // Shapes of small letters that share a capital with another.
  ᲀ: 'в',
  ᲁ: 'д',
  ᲂ: 'о',
  ᲃ: 'с',
  ᲄ: 'т',
  ᲅ: 'т',
  ᲆ: 'ъ',
  ᲇ: 'ѣ',
  ᲈ: 'ꙋ',
  // The iota that Greek writes under a small letter, and beside a capital.
  '\u0345': 'ι',
};
const OTHER_LETTERS = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'gu');

/** Text without accents, case or what cannot be seen; each hyphen or apostrophe is a « - ». */
export function folded(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text.replace(/['`]/g, '-').toLowerCase();
  return text
    .replace(UNSEEN, '')
    .replace(LINKS, '-')
    .normalize('NFKD')
    .replace(UNSEEN, '')
    .replace(LINKS, '-')
    .replace(CAPITALS, (letter) => letter.toLowerCase())
    .replace(OTHER_LETTERS, (letter) => LETTERS[letter] ?? letter);
}

/**
 * Text as it is searched: without accents or case (R11), nor hyphens, apostrophes or what cannot be seen. The SQL
 * function searchable() gives the same.
 */
export const searchable = (text: string): string => folded(text).replaceAll('-', '');

/** What a text is the same as: « Val de Marne » is « Val-de-Marne ». */
export const inOnePiece = (text: string): string => searchable(text).replace(/\s/g, '');

/** The words of a text, as they were typed. */
const typedWords = (text: string): string[] =>
  folded(text)
    // Of a person that is pasted (« NOM, Prénom <adresse> ») the signs are left.
    .split(/[\s\p{Cc}<>(),;]+/u)
    .map((word) => word.replace(/-+/g, '-').replace(/^-|-$/g, ''))
    .filter((word) => word !== '');

/** True where a search has no more words than one may have. */
export const hasFewWords = (text: string): boolean => typedWords(text).length <= MAX_SEARCH_WORDS;

/**
 * The words of a search: each has to match somewhere, in any order (R11). Of a hyphen or an apostrophe in a word a « - »
 * is left: formsOf() tells what it may stand for. A word that is part of another one is left out, because it matches
 * wherever the other does.
 */
export function searchWords(text: string): string[] {
  const words = [...new Map(typedWords(text).map((word) => [formsOf(word).join(), word])).values()];
  return words.filter(
    (word) => !words.some((other) => other !== word && formsOf(other).every((form) => isHeld(word, form))),
  );
}

/** What a word of a search may be in what is searched: in one piece, or (« Jean-Pierre ») in two words. */
export function formsOf(word: string): string[] {
  const pieces = word.split('-');
  // One letter and a space would be found everywhere.
  const isApart = pieces.length > 1 && pieces.every((piece) => [...piece].length > 1);
  return [pieces.join(''), ...(isApart ? [pieces.join(' ')] : [])];
}

const isHeld = (word: string, key: string): boolean => formsOf(word).some((form) => key.includes(form));

/** True where a searchable text contains every word of a search. */
export const holdsWords = (key: string, words: readonly string[]): boolean =>
  words.every((word) => isHeld(word, key));

/** The LIKE pattern of what contains this form of a word: its wildcards stand for themselves. */
export function containing(form: string): string {
  return `%${form.replace(/[\\%_]/g, '\\$&')}%`;
}

/** True when a trigram index can find the form: three letters or digits in a row. */
export function hasTrigram(form: string): boolean {
  return /[a-z0-9]{3}/.test(form);
}

/** The pieces of two characters of a form (of one, if it has no more): what finds one without trigram. */
export function shortPieces(form: string): string[] {
  const characters = [...form];
  if (characters.length < 2) return characters;
  return [...new Set(characters.slice(1).map((character, index) => `${characters[index]}${character}`))];
}

/** True when a name has the two letters that a search outside the organism asks for. */
export const hasTwoLetters = (name: string): boolean => (searchable(name).match(/\p{L}/gu) ?? []).length >= 2;

/** How well a text answers a search: the least is the best; null where it does not hold every word. */
export type Rank = 0 | 1 | 2;

/** The best is what begins as the search does; then what has words that do; then the rest. */
export function rankOf(text: string, words: readonly string[]): Rank | null {
  const key = searchable(text);
  if (words.length === 0 || !holdsWords(key, words)) return null;
  const begins = (piece: string) =>
    words.some((word) => formsOf(word).some((form) => piece.startsWith(form)));
  if (begins(key)) return 0;
  return key.split(/[^\p{L}\p{N}]+/u).some(begins) ? 1 : 2;
}

/** What holds every word of a search, the best first; of equals, in their order. */
export function bestOf<T>(
  items: Iterable<T>,
  textOf: (item: T) => string,
  words: readonly string[],
): (T & { rank: Rank })[] {
  return [...items]
    .flatMap((item) => {
      const rank = rankOf(textOf(item), words);
      return rank === null ? [] : [{ ...item, rank }];
    })
    .sort((one, other) => one.rank - other.rank);
}
