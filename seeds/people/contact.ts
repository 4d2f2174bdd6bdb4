// Ranges that the French regulator keeps for fiction: nobody answers there.
const FICTION = { west: '02 61 91', east: '03 53 01', southEast: '04 65 71', southWest: '05 36 49' };
const PHONE_PREFIXES: Readonly<Record<string, string>> = {
  'Île-de-France': '01 99 00',
  Bretagne: FICTION.west,
  'Centre-Val de Loire': FICTION.west,
  Normandie: FICTION.west,
  'Pays de la Loire': FICTION.west,
  'Bourgogne-Franche-Comté': FICTION.east,
  'Grand Est': FICTION.east,
  'Hauts-de-France': FICTION.east,
  'Auvergne-Rhône-Alpes': FICTION.southEast,
  Corse: FICTION.southEast,
  "Provence-Alpes-Côte d'Azur": FICTION.southEast,
  'Nouvelle-Aquitaine': FICTION.southWest,
  Occitanie: FICTION.southWest,
};

/** The first three pairs of a fictional phone number of a region; a mobile's overseas. */
export function phonePrefix(region: string): string {
  return PHONE_PREFIXES[region] ?? '06 39 98';
}

/** The mail domain of an organism; where none is known, one that can belong to nobody. */
export function mailDomain(organism: { code: string; mail_domain: string | null }): string {
  return organism.mail_domain ?? `${organism.code.toLowerCase()}.example`;
}

/** A name as it stands in an e-mail address: « DE LA TOUR-D'AUVERGNE » → « delatour-dauvergne ». */
export function mailName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('ł', 'l')
    .normalize('NFD')
    .replaceAll(/[^a-z0-9-]/g, '');
}
