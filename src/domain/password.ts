/** Characters, once composed (NFC): no other rule of composition. */
export const PASSWORD_MINIMUM = 12;

/** What must be left once the words tied to the person or to the portal are taken out. */
const OWN_CHARACTERS = 8;

/** Words that anyone would try first here. */
const PORTAL_WORDS =
  'portail ucanss securite sociale secu organismes espace habilitations administrateur local compte connexion motdepasse motdepasses password passe branche maladie famille retraite recouvrement urssaf cpam caf carsat cgss ugecam msa bonjour bienvenue azerty qwerty soleil'.split(
    ' ',
  );

/** Without accents, case, or the usual digits put for letters. */
const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[@4]/g, 'a')
    .replace(/0/g, 'o')
    .replace(/[3€]/g, 'e')
    .replace(/[$5]/g, 's')
    .replace(/[1!|]/g, 'i');

/** What a password must not be made of: words of the portal, and those of these texts (names, e-mail, organism). */
export function forbiddenWords(texts: readonly string[]): string[] {
  const own = texts.flatMap((text) => text.split(/[^\p{L}\p{N}]+/u)).map(plain);
  return [...new Set([...own, ...PORTAL_WORDS])].filter((word) => word.length >= 3);
}

/** True when a password is little more than such words put together. */
export function isMadeOf(password: string, words: readonly string[]): boolean {
  let rest = plain(password);
  for (const word of [...words].sort((a, b) => b.length - a.length)) rest = rest.replaceAll(word, ' ');
  return rest.replace(/[^\p{L}\p{N}]/gu, '').length < OWN_CHARACTERS && rest !== plain(password);
}

/** How many characters a password lacks; 0 when it is long enough. */
export const missingCharacters = (password: string): number =>
  Math.max(0, PASSWORD_MINIMUM - [...password.normalize('NFC')].length);
