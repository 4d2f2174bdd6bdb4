// The first word of an organism's name says its article: the reference data has some twenty of them.
const FEMININE =
  /^(caf|cpam|caisse|carsat|cgss|ccss|css|cramif|msa|drsm|cnam|cnaf|cnav|cnsa|direction|mission|fédération|agence)(?![\p{L}])/iu;
const ELIDED = /^(urssaf|ugecam|ucanss|union|institut|école|organisme|office|association)(?![\p{L}])/iu;
const MASCULINE = /^(centre|cti|groupement|gie|comité|conseil|service|pôle)(?![\p{L}])/iu;

/** What stands before a name; '' for nothing. */
export const ARTICLES = ['le', 'la', 'l’', ''] as const;
export type Article = (typeof ARTICLES)[number];

// Events and messages hold names, of today or of the past: what the reference data says of a name is kept by it.
const told = new Map<string, Article>();

/** Takes the articles of the reference data; null where the first word of the name says it. */
export function rememberArticles(organisms: Iterable<{ name: string; article: Article | null }>): void {
  for (const { name, article } of organisms) {
    if (article === null) told.delete(name);
    else told.set(name, article);
  }
}

function articleOf(name: string): Article {
  const article = told.get(name);
  if (article !== undefined) return article;
  if (FEMININE.test(name)) return 'la';
  if (ELIDED.test(name)) return 'l’';
  return MASCULINE.test(name) ? 'le' : '';
}

/** The name in the place of a noun: « la CAF du Jura », « l’Urssaf Alsace »; as it is where its article is not known. */
export function theOrganism(name: string): string {
  const article = articleOf(name);
  return article === '' || article === 'l’' ? `${article}${name}` : `${article} ${name}`;
}

/** « de la CAF du Jura », « de l’Urssaf Alsace », « du Centre… ». */
export const ofOrganism = (name: string): string => contracted(`de ${theOrganism(name)}`);

/** « à la CAF du Jura », « à l’Urssaf Alsace », « au Centre… ». */
export const toOrganism = (name: string): string => contracted(`à ${theOrganism(name)}`);

/** The same at the beginning of a sentence. */
export const TheOrganism = (name: string): string => {
  const text = theOrganism(name);
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
};

const contracted = (text: string): string => text.replace(/^de le /, 'du ').replace(/^à le /, 'au ');
