/** A piece of a text: words, or an address of this portal. */
interface TextPiece {
  text: string;
  /** A path of the portal, or null for what is only text. */
  href: string | null;
}

/** Cuts a text into lines, and each where an address of this portal stands; those of other sites stay words. */
export function linkedLines(text: string, baseUrl: string): TextPiece[][] {
  return text
    .trim()
    .split('\n')
    .map((line) =>
      line
        .split(/(https?:\/\/[^\s<>"]+)/)
        .filter((piece) => piece !== '')
        .map((piece) => ({ text: piece, href: pathOf(piece, baseUrl) })),
    );
}

function pathOf(piece: string, baseUrl: string): string | null {
  const url = /^https?:\/\//.test(piece) ? URL.parse(piece) : null;
  if (url === null || url.origin !== new URL(baseUrl).origin) return null;
  // As a path alone, « //elsewhere » would lead off the site.
  return url.pathname.startsWith('//') ? null : url.pathname + url.search;
}
