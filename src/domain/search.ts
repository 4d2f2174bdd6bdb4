/** Longest search text, in characters, and most words, that a form or a query lets through. */
export const MAX_SEARCH_LENGTH = 200;
export const MAX_SEARCH_WORDS = 10;

// What PostgreSQL's unaccent makes of letters and signs that are not a letter with accents, and of the few that it
// leaves alone although they have one (« ǿ »). Entries « result←characters »; ␣ stands for a space.
const EXCEPTIONS = `
!←¡ (c)←© a←ªȺẚ <<←« -←\u00ad\u2010\u2011\u2012\u2013\u2014\u2015 (r)←® +/-←± \u03bc←\u00b5 o←ºØø >>←» ␣1/4←¼ ␣1/2←½
␣3/4←¾ ?←¿ ae←Ææ d←ÐðĐđƉƊƋƌȡ *←×⁎ th←Þþ ss←ßẞ /←÷⁄ h←Ħħ i←ıƖƗ ij←Ĳĳ q←ĸ l←ĿŀŁłƚȴȽ 'n←ŉ n←ŊŋƝƞȵ oe←Œœ
t←ŦŧƫƬƭƮȶȾ s←ſȿẜẝ b←ƀƁƂƃɃ c←ƇƈȻȼ e←ƐɆɇ f←Ƒƒ g←ƓǤǥ hv←ƕ k←Ƙƙ oi←Ƣƣ p←Ƥƥ v←ƲỼỽ y←ƳƴɎɏỾỿ z←ƵƶȤȥɀ dz←ǄǅǆǱǲǳ
lj←Ǉǈǉ nj←Ǌǋǌ ǣ←Ǣǣ ǯ←Ǯǯ ǽ←Ǽǽ ǿ←Ǿǿ j←ȷɈɉ db←ȸ qp←ȹ u←Ʉ r←Ɍɍ \u0374←\u0374
β←ϐ θ←ϑ υ←ϒ ϓ←ϓ ϔ←ϔ φ←ϕ π←ϖ κ←ϰ ρ←ϱ ς←ϲ ε←ϵ Σ←Ϲ е←Ёё ẛ←ẛ ll←Ỻỻ
||←‖ '←\u2018\u2019\u201b\u2032 ,←‚ "←“”‟″ ,,←„ .←․ ..←‥ ...←… <←‹ >←› !!←‼ [←⁅ ]←⁆
??←⁇ ?!←⁈ !?←⁉ no←№ ff←ﬀ fi←ﬁ fl←ﬂ ffi←ﬃ ffl←ﬄ st←ﬅﬆ
b←ɓʙ c←ɕ d←ɖɗ e←ɛ j←ɟʝʲ g←ɠɡɢʛ h←ɦɧʜʰ i←ɨɪ l←ɫɬɭʟˡ m←ɱ n←ɲɳɴ oe←ɶ r←ɼɽɾʀʳ s←ʂˢ t←ʈ u←ʉ v←ʋ y←ʏʸ z←ʐʑ q←ʠ
dz←ʣʥ ts←ʦ ls←ʪ lz←ʫ w←ʷ '←ʹʻʼʽˈ "←ʺ <←˂ >←˃ ^←˄ˆ \`←ˋ :←ː +←˖ -←˗ ~←˜ x←ˣ
`;

const PLAIN = plainForms();

/**
 * Text as it is searched: without accents or case, exactly as the SQL function normalised() makes it for Latin and
 * Greek letters, usual punctuation, ligatures and full-width letters; other scripts only lose their case (R11).
 */
export function normalise(text: string): string {
  return text.replace(/[^\0-\x7f]/gu, (character) => PLAIN.get(character) ?? character).toLowerCase();
}

/**
 * The words of a search, normalised: each has to match somewhere, in any order (R11). A word that is part of
 * another one is left out, because it matches wherever the other does.
 */
export function searchWords(text: string): string[] {
  const words = [...new Set(normalise(text).split(/[\s\p{Cc}]+/u))].filter((word) => word !== '');
  return words.filter((word) => !words.some((other) => other !== word && other.includes(word)));
}

/** The LIKE pattern of what contains this word: its wildcards stand for themselves. */
export function containing(word: string): string {
  return `%${word.replace(/[\\%_]/g, '\\$&')}%`;
}

/** True when a trigram index can find the word: three letters or digits in a row. */
export function hasTrigram(word: string): boolean {
  return /[a-z0-9]{3}/.test(word);
}

/** The pieces of two characters of a word (of one, if it has no more): what finds a word without trigram. */
export function shortPieces(word: string): string[] {
  const characters = [...word];
  if (characters.length < 2) return characters;
  return [...new Set(characters.slice(1).map((character, index) => `${characters[index]}${character}`))];
}

function plainForms(): Map<string, string> {
  const plain = new Map<string, string>();
  const learn = (from: number, to: number, form: (character: string) => string) => {
    for (let code = from; code <= to; code++)
      plain.set(String.fromCodePoint(code), form(String.fromCodePoint(code)));
  };
  const withoutMarks = (character: string) =>
    /\p{L}/u.test(character) ? character.normalize('NFD').replace(/[\u0300-\u0362]/g, '') : character;
  learn(0x80, 0x24f, withoutMarks);
  learn(0x300, 0x362, () => '');
  learn(0x370, 0x3ff, withoutMarks);
  learn(0x1e00, 0x1fff, withoutMarks);
  learn(0xff01, 0xff5e, (character) => String.fromCodePoint((character.codePointAt(0) ?? 0) - 0xfee0));
  for (const entry of EXCEPTIONS.trim().split(/[ \n]/)) {
    const [result = '', characters = ''] = entry.split('←');
    for (const character of characters) plain.set(character, result.replace('␣', ' '));
  }
  return plain;
}
