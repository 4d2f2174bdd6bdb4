import type { Run } from './text.ts';

const code = (char: string): number => char.charCodeAt(0);
const [SPACE, SEMICOLON, AT, OPENING_GUILLEMET] = [code(' '), code(';'), code('@'), code('«')];
// A French line does not start with these signs.
const closing = flags(';:!?»-');

/** Where a line may end, best first: between items of a list, at a space, after the @ of an address, in a word. */
const [BETWEEN_ITEMS, AT_SPACE, AFTER_AT, IN_WORD, NOWHERE] = [0, 1, 2, 3, 4];
const wordEnds = flags('.-_/');

/**
 * Cuts a run into lines at most `width` points wide. The space that a line ends with stays: it is what keeps two words
 * apart for who copies or listens. An empty text is one empty line.
 */
export function wrap({ face, text }: Run, size: number, width: number): string[] {
  const limit = (width * 1000) / size;
  if (face.width(text) <= limit) return [text];
  const lines: string[] = [];
  const ends = [0, 0, 0, 0, 0];
  let start = 0;
  let used = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    used += face.advance(unit);
    // A space may stick out: nobody sees it.
    if (used > limit && unit !== SPACE && index > start) {
      ends[NOWHERE] = wholeCharacter(text, start, index);
      const end = ends.find((candidate) => candidate > start) ?? index;
      lines.push(text.slice(start, end));
      start = end;
      used = 0;
      for (let again = start; again <= index; again += 1) used += face.advance(text.charCodeAt(again));
    }
    ends[breakRank(text, index, unit)] = index + 1;
  }
  lines.push(text.slice(start));
  return lines;
}

/** How well a line may end after the unit at `index`. */
function breakRank(text: string, index: number, unit: number): number {
  if (unit === SPACE) {
    const before = text.charCodeAt(index - 1);
    if (before === SEMICOLON) return BETWEEN_ITEMS;
    return before === OPENING_GUILLEMET || closing[text.charCodeAt(index + 1)] === 1 ? NOWHERE : AT_SPACE;
  }
  if (unit === AT) return AFTER_AT;
  return wordEnds[unit] === 1 ? IN_WORD : NOWHERE;
}

/** `index`, or the unit before it rather than between the two halves of one character. */
function wholeCharacter(text: string, start: number, index: number): number {
  const isInside = (text.codePointAt(index - 1) ?? 0) > 0xffff;
  return isInside && index - 1 > start ? index - 1 : index;
}

/** A table that is 1 at the codes of these characters. */
function flags(characters: string): Uint8Array {
  const table = new Uint8Array(0x100);
  for (const char of characters) table[code(char)] = 1;
  return table;
}
