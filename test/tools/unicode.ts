import { isWhole, seed } from './sample.ts';

/** Every character between two code points, but halves of characters. */
export const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)
    .filter((code) => code < 0xd800 || code > 0xdfff)
    .map((code) => String.fromCodePoint(code));

/** A text by its code points, for what cannot be read. */
export const codes = (text: string): string =>
  [...text].map((character) => `U+${character.codePointAt(0)?.toString(16).toUpperCase()}`).join(' ');

const ONE_IN = 251;

/** One character in so many, from a place drawn by the seed; all in a proof. */
export const some = (characters: readonly string[]): readonly string[] =>
  isWhole ? characters : characters.filter((_, index) => index % ONE_IN === seed % ONE_IN);
