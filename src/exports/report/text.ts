import { fileURLToPath } from 'node:url';
import { withoutControls } from '../../presenters/table.ts';

/** A typeface of the report, as a page's content calls it. */
interface Face {
  /** Its name among the page's resources. */
  resource: string;
  /** The width of one UTF-16 unit, in thousandths of the font's size. */
  advance(unit: number): number;
  /** The width of a text, in the same measure. */
  width(text: string): number;
  /** The operator that shows a text. */
  show(text: string): string;
  /** What the page's resources hold under its name. */
  reference(): PDFKit.PDFKitReference;
}

/** A text ready to be measured and shown, with the one typeface that has all its characters. */
export interface Run {
  face: Face;
  text: string;
}

export type Weight = 'regular' | 'bold';

/** What pdfkit's embedded fonts have and the published types leave out. */
interface EmbeddedFont {
  encode(text: string): [glyphs: string[], positions: unknown[]];
  ref(): PDFKit.PDFKitReference;
  font: { hasGlyphForCodePoint(codePoint: number): boolean };
}

const HIGHEST_STANDARD_CODE = 0x2122;
// The characters that WinAnsi keeps elsewhere than Unicode does, from byte 0x80 on; a space where it has none.
const MOVED = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';
const standardText = /^[\x20-\x7e\xa0-\xac\xae-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]*$/;
// What a string of a page's content cannot hold as it is: delimiters, and what WinAnsi keeps elsewhere.
const special = /[\\()]|[^\x20-\x7e\xa0-\xff]/g;
const hasSpecial = new RegExp(special, '');
// Soft hyphens, joiners, variation selectors: they say how to show the characters around them.
const invisible = /\p{Cf}|\p{Variation_Selector}/gu;
const NOT_IN_ANY_FACE = '□';

/**
 * The typefaces of a report: Helvetica, which every reader has, and DejaVu Sans, embedded only in the reports whose
 * texts need it (« Łukasz »): Helvetica's encoding stops at Western Europe.
 */
export function reportTypefaces(document: PDFKit.PDFDocument) {
  const standard = {
    regular: standardFace(document, 'Helvetica'),
    bold: standardFace(document, 'Helvetica-Bold'),
  };
  const embedded: Partial<Record<Weight, Face & { has(codePoint: number): boolean }>> = {};
  const embeddedFace = (weight: Weight) => {
    embedded[weight] ??= openEmbeddedFace(document, weight);
    return embedded[weight];
  };
  return {
    /** Cleans a text (one line, no controls) and chooses its typeface. */
    run(text: string, weight: Weight): Run {
      if (standardText.test(text)) return { face: standard[weight], text };
      const clean = withoutControls(text)
        .normalize('NFC')
        .replace(/[\t\r\n]+/g, ' ')
        .replace(invisible, '')
        .replaceAll('\u202f', '\u00a0')
        .replaceAll('\u2011', '-');
      if (standardText.test(clean)) return { face: standard[weight], text: clean };
      const face = embeddedFace(weight);
      const shown = Array.from(clean, (char) =>
        face.has(char.codePointAt(0) ?? 0) ? char : NOT_IN_ANY_FACE,
      );
      return { face, text: shown.join('') };
    },
    /** The typefaces used so far, for a page's resources. */
    resources(): Record<string, PDFKit.PDFKitReference> {
      const faces = [standard.regular, standard.bold, ...Object.values(embedded)];
      return Object.fromEntries(faces.map((face) => [face.resource, face.reference()]));
    },
  };
}

export type Typefaces = ReturnType<typeof reportTypefaces>;

function standardFace(document: PDFKit.PDFDocument, name: string): Face {
  const advances = new Uint16Array(HIGHEST_STANDARD_CODE + 1);
  document.font(name).fontSize(1000);
  const measure = (char: string): void => {
    advances[char.charCodeAt(0)] = Math.round(document.widthOfString(char));
  };
  for (let code = 0x20; code <= 0xff; code += 1) measure(String.fromCharCode(code));
  for (const char of MOVED) measure(char);
  const reference = document.ref({
    Type: 'Font',
    Subtype: 'Type1',
    BaseFont: name,
    Encoding: 'WinAnsiEncoding',
  });
  reference.end(undefined);
  return {
    resource: name,
    advance: (unit) => advances[unit] ?? 0,
    width(text) {
      let width = 0;
      for (let index = 0; index < text.length; index += 1) width += advances[text.charCodeAt(index)] ?? 0;
      return width;
    },
    show: (text) => `(${hasSpecial.test(text) ? text.replace(special, winAnsi) : text}) Tj`,
    reference: () => reference,
  };
}

function winAnsi(char: string): string {
  const place = MOVED.indexOf(char);
  return place < 0 ? `\\${char}` : String.fromCharCode(0x80 + place);
}

function openEmbeddedFace(document: PDFKit.PDFDocument, weight: Weight) {
  const file = `dejavu-fonts-ttf/ttf/DejaVuSansCondensed${weight === 'bold' ? '-Bold' : ''}.ttf`;
  const path = fileURLToPath(import.meta.resolve(file));
  document.font(path);
  const font = (document as unknown as { _font: EmbeddedFont })._font;
  const advances = new Map<number, number>();
  const measure = (code: number): number => {
    // Half of a character outside the basic plane: about half an em each.
    if (code >= 0xd800 && code <= 0xdfff) return 500;
    return document.font(path).fontSize(1000).widthOfString(String.fromCharCode(code));
  };
  const advance = (unit: number): number => {
    const known = advances.get(unit) ?? measure(unit);
    advances.set(unit, known);
    return known;
  };
  return {
    resource: `DejaVu-${weight}`,
    has: (codePoint: number) => font.font.hasGlyphForCodePoint(codePoint),
    advance,
    width(text: string): number {
      let width = 0;
      for (let index = 0; index < text.length; index += 1) width += advance(text.charCodeAt(index));
      return width;
    },
    show: (text: string) => `<${font.encode(text)[0].join('')}> Tj`,
    reference: () => font.ref(),
  };
}

/** The width of a text, in points. */
export const textWidth = ({ face, text }: Run, size: number): number => (face.width(text) * size) / 1000;
