/** An organism as the plan of a population needs it. */
export interface SizedOrganism {
  id: number;
  code: string;
  acronym: string;
  department: string;
}

/** The one that has a thirtieth of the accounts. */
const LARGEST = 'CNAV';
const LARGEST_SHARE = 30;

// Orders of magnitude of the staff of one organism of each kind, in a middling department.
const STAFF: Readonly<Record<string, number>> = {
  CPAM: 600,
  CAF: 330,
  URSSAF: 750,
  CARSAT: 850,
  UGECAM: 1_050,
  CGSS: 750,
  CSS: 300,
  CCSS: 180,
  DRSM: 260,
  CRAMIF: 1_500,
  CNAM: 2_300,
  CNAF: 700,
  'CNAV IDF': 900,
  'URSSAF CN': 1_600,
  UCANSS: 350,
  CNSA: 130,
  EN3S: 60,
  'Institut 4.10': 90,
  DSS: 250,
  MNC: 20,
};
const STAFF_ELSEWHERE = 200;

// What a department multiplies that by, for the organisms that serve it; several share it.
const ACTIVITY: readonly (readonly [factor: number, departments: string])[] = [
  [2.6, '75'],
  [2.2, '13'],
  [2.1, '93'],
  [1.9, '59 69'],
  [1.7, '33 92'],
  [1.6, '62 94 974'],
  [1.5, '31 34 44 76 77 78'],
  [1.4, '06 38 67 91 95'],
  [1.3, '35 57 83'],
  [0.4, '04 05 09 15 19 23 32 46 48 52 55 90'],
];
const USUAL_ACTIVITY = 0.8;
const DEPARTMENTAL: ReadonlySet<string> = new Set(['CPAM', 'CAF']);

function weightOf({ acronym, department }: SizedOrganism, organisms: readonly SizedOrganism[]): number {
  const staff = STAFF[acronym] ?? STAFF_ELSEWHERE;
  if (!DEPARTMENTAL.has(acronym)) return staff;
  const activity = ACTIVITY.find(([, departments]) => departments.split(' ').includes(department));
  const sharing = organisms.filter((other) => other.acronym === acronym && other.department === department);
  return (staff * (activity?.[0] ?? USUAL_ACTIVITY)) / sharing.length;
}

/**
 * How many accounts each organism receives, in the order given: a thirtieth of them for the largest, and the rest
 * in proportion to the real staff, one at least. The sum is exactly `accounts`.
 */
export function sizesOf(organisms: readonly SizedOrganism[], accounts: number): number[] {
  const largest = Math.floor(accounts / LARGEST_SHARE);
  const weights = organisms.map((organism) =>
    organism.code === LARGEST ? 0 : weightOf(organism, organisms),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const free = accounts - largest - (organisms.length - 1);
  let owed = 0;
  let given = 0;
  return organisms.map((organism, index) => {
    if (organism.code === LARGEST) return largest;
    // What each is owed is added up, so that rounding never loses anyone.
    owed += ((weights[index] ?? 0) / total) * free;
    const extra = Math.round(owed) - given;
    given += extra;
    return 1 + extra;
  });
}
