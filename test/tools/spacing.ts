import type { CheerioAPI } from 'cheerio';

/** What the guide writes with plain spaces, and the portal as the guide does: letter for letter. */
const LETTER_FOR_LETTER = [
  'Nom :',
  'Rechercher :',
  "Demandes d'habilitations : ",
  "Droits d'accès à la ressource : Portail accès connecté",
  'CONFIRMATION DU RATTACHEMENT ?',
  'non ADD de votre organisme ; les comptes',
  'anciens rôles : il conserve',
  'via la « modification de compte »',
  'via le bouton « nouveau » ci-dessus',
];

/** Where a plain space, or the end of a line, stands before « : ; ? ! » or inside quotation marks. */
export function spacingFaults(text: string): string[] {
  const read = text.replace(/[ \t\r\n]+/g, ' ');
  const own = LETTER_FOR_LETTER.reduce((rest, label) => rest.replaceAll(label, ''), read);
  return [...own.matchAll(/.{0,30}(?:« | »|\S [:;?!](?![\w/])).{0,10}/g)].map(([found]) => found);
}

const SAID = ['title', 'aria-label', 'alt', 'placeholder', 'content', 'data-session-over', 'data-label'];

/** The same of a page: its text and what is said by its attributes, without what people typed. */
export function pageSpacingFaults($: CheerioAPI): string[] {
  $('script, style, textarea, .as-typed').remove();
  const said = SAID.flatMap((name) =>
    $(`[${name}]`)
      .toArray()
      .map((element) => String($(element).attr(name))),
  );
  return [$('title').text(), $('body').text(), ...said].flatMap(spacingFaults);
}
