/** The departments of each region, in the order and with the names of the reference data. */
const REGIONS: Readonly<Record<string, string>> = {
  'Auvergne-Rhône-Alpes': '01 03 07 15 26 38 42 43 63 69 73 74',
  'Bourgogne-Franche-Comté': '21 25 39 58 70 71 89 90',
  Bretagne: '22 29 35 56',
  'Centre-Val de Loire': '18 28 36 37 41 45',
  Corse: '2A 2B',
  'Grand Est': '08 10 51 52 54 55 57 67 68 88',
  Guadeloupe: '971',
  Guyane: '973',
  'Hauts-de-France': '02 59 60 62 80',
  'La Réunion': '974',
  Martinique: '972',
  Mayotte: '976',
  Normandie: '14 27 50 61 76',
  'Nouvelle-Aquitaine': '16 17 19 23 24 33 40 47 64 79 86 87',
  Occitanie: '09 11 12 30 31 32 34 46 48 65 66 81 82',
  'Pays de la Loire': '44 49 53 72 85',
  "Provence-Alpes-Côte d'Azur": '04 05 06 13 83 84',
  'Saint-Barthélemy': '977',
  'Saint-Martin': '978',
  'Saint-Pierre-et-Miquelon': '975',
  'Île-de-France': '75 77 78 91 92 93 94 95',
};

interface Department {
  code: string;
  region: string;
}

/** Every department with its region, by code. */
export const DEPARTMENTS: readonly Department[] = Object.entries(REGIONS)
  .flatMap(([region, codes]) => codes.split(' ').map((code) => ({ code, region })))
  .sort((one, other) => (one.code < other.code ? -1 : 1));

/** The region of a department, or undefined where there is none of that code. */
export const regionOf = (code: string): string | undefined =>
  DEPARTMENTS.find((department) => department.code === code)?.region;
