/**
 * Text at the border: what people type or paste becomes what is stored, and stored again it stays the same. What cannot
 * be seen is taken out, because it makes two people of one, reverses a name, or leaves none at all.
 */

// Bidi controls are among the invisible: what would reverse the words around them.
const INVISIBLE = String.raw`\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Noncharacter_Code_Point}\ufff9-\ufffb`;
// Half a character, control characters and their like, but for what parts words or lines.
const UNWANTED = new RegExp(String.raw`(?![\u200c\u200d])[${INVISIBLE}]|(?![\t\n\v\f\r\x85])\p{Cc}`, 'gu');
// Between letters these two are spelling: Persian and Indian languages write with them. Elsewhere nothing shows them.
const JOINERS = /(?<![\p{L}\p{M}])[\u200c\u200d]|[\u200c\u200d](?![\p{L}\p{M}])/gu;
const BREAKS = /[\t\n\v\f\r\x85\p{Zl}\p{Zp}]+/gu;

const visible = (text: string): string => text.replace(UNWANTED, '').replace(JOINERS, '').normalize('NFC');

/** A line as it is stored: composed (NFC), nothing invisible, no line end, trimmed. */
export const cleanLine = (text: string): string => visible(text.replace(BREAKS, ' ')).trim();

/** The same of several lines: tabs and line ends stay. */
export const cleanText = (text: string): string =>
  visible(text.replace(/[\v\f\x85\p{Zl}\p{Zp}]/gu, '\n')).trim();

/** A last name as it is stored, in the capitals that every screen shows: they may be longer (« ß », « ﬁ »). */
export const capitals = (name: string): string => name.toLocaleUpperCase('fr').normalize('NFC');

/** True where a text shows something: a lone accent, a blank pattern or a sign that no typeface knows says nothing. */
export const isShown = (text: string): boolean =>
  /[\p{L}\p{N}\p{P}\p{S}]/u.test(text.replaceAll('\u2800', ''));

/** True where accents are piled up so high that they would be drawn over other lines; a few spell a letter. */
export const isPiledUp = (text: string): boolean => /\p{M}{5}/u.test(text);

/** True where there is something to call a person by. */
export const hasLetter = (text: string): boolean => /\p{L}/u.test(text);

/** What is wrong with an address. `culprit`: the character that it cannot have. */
export type EmailFault =
  | { kind: 'no-at' | 'several' | 'nothing-before' | 'too-long' | 'incomplete' | 'dots' | 'domain' }
  | { kind: 'character'; culprit: string };

const CONTROL = /\p{Cc}/u;
// What mail servers take before the « @ » (RFC 5321).
const LONGEST_LOCAL = 64;
const LOCAL = /[^a-z0-9_'+.-]/u;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/**
 * The address that was pasted, with what stands around it in a message (« Prénom NOM <a@b.fr> », « mailto: »), in lower
 * case. Two addresses are left as they are: one is not to be chosen.
 */
export function pastedAddress(text: string): string {
  const given = text.replace(BREAKS, ' ').trim();
  // What steers a machine is not pasted by mistake: it stays, and is refused.
  const address = CONTROL.test(given)
    ? given
    : visible(given)
        .replace(/[\u200c\u200d]/g, '')
        .trim();
  const [, within] = /^[^<>@]*<([^<>]*)>[;,.]?$/u.exec(address) ?? [];
  const bare = (within ?? address).trim().replace(/^mailto:/iu, '');
  const at = bare.lastIndexOf('@');
  return (bare.slice(0, at + 1) + asciiDomain(bare.slice(at + 1))).toLowerCase();
}

/** A mail domain as the network knows it: accents in punycode (IDN); as it is where there are none, or it cannot be one. */
export function asciiDomain(domain: string): string {
  // Only a name: whatever else means something in an address of a page is not for its parser.
  if (!/[^\0-\x7f]/u.test(domain) || !/^[\p{L}\p{M}\p{N}.\u3002-]+$/u.test(domain)) return domain;
  return URL.parse(`http://${domain}`)?.hostname ?? domain;
}

/** Why a text, as pastedAddress() gives it, is not an address; null where nothing is seen. */
export function emailFault(address: string): EmailFault | null {
  if (!address.includes('@')) return { kind: 'no-at' };
  const [local = '', domain = '', ...more] = address.split('@');
  if (more.length > 0) return { kind: 'several' };
  if (local === '') return { kind: 'nothing-before' };
  const [culprit] = LOCAL.exec(local) ?? [];
  if (culprit !== undefined) return { kind: 'character', culprit };
  if (/^\.|\.\.|[.']$/.test(local)) return { kind: 'dots' };
  if (local.length > LONGEST_LOCAL) return { kind: 'too-long' };
  if (!domain.includes('.')) return { kind: 'incomplete' };
  return DOMAIN.test(domain) ? null : { kind: 'domain' };
}
