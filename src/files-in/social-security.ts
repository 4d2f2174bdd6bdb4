const GAP = String.raw`[\s.-]?`;
const PARTS = ['[1-478]', String.raw`\d\d`, String.raw`\d\d`, String.raw`(?:\d\d|2[AB])`];
const NUMBER = new RegExp(
  `(?<!\\d)${[...PARTS, String.raw`\d{3}`, String.raw`\d{3}`, String.raw`\d\d`].join(GAP)}(?!\\d)`,
  'gi',
);

// Corsica: the letters count as the department 19 and 18 (INSEE).
const CORSICA: Readonly<Record<string, string>> = { A: '19', B: '18' };

/** True where the two last of its fifteen signs are the key of the others. */
function hasKey(found: string): boolean {
  const signs = found.replace(/[\s.-]/g, '').toUpperCase();
  const digits = signs
    .slice(0, 13)
    .replace(/^(.{5})2([AB])/, (_, start: string, letter: string) => start + CORSICA[letter]);
  return Number(signs.slice(13)) === 97 - (Number(digits) % 97);
}

/** True where a text holds a social security number (NIR), its key included, with or without spaces. */
export const holdsSocialSecurity = (text: string): boolean =>
  text.length >= 15 && (text.normalize('NFKC').match(NUMBER) ?? []).some(hasKey);
