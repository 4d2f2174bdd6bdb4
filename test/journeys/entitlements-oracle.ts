import type { Database } from '../../src/database/knex.ts';

/** A person as « État des habilitations » must show it, read apart from the portal's own code. */
export interface ExpectedPerson {
  id: number;
  lastName: string;
  firstName: string;
  email: string;
  functionTitle: string;
  organism: string;
  code: string;
  active: boolean;
  /** By application, then role. */
  roles: string[];
}

/** Everyone who has an account in these organisms (all of them without any), with what holds on `today`. */
export async function readPeople(
  db: Database,
  codes: readonly string[],
  today: string,
): Promise<ExpectedPerson[]> {
  const found = await db.raw(
    `SELECT a.id, a.last_name AS "lastName", a.first_name AS "firstName", a.email, a.active,
       a.function_title AS "functionTitle", home.name AS organism, home.code,
       array_remove(array_agg(
         r.label || CASE WHEN s.organism_id <> a.organism_id THEN ' (' || other.name || ')' ELSE '' END
         ORDER BY p.position, p.id, r.position, r.id, s.organism_id), NULL) AS roles
     FROM accounts a
     JOIN organisms home ON home.id = a.organism_id
     LEFT JOIN assignments s ON s.account_id = a.id AND s.ended_at IS NULL AND (s.ends_on IS NULL OR s.ends_on >= ?)
     LEFT JOIN roles r ON r.id = s.role_id
     LEFT JOIN applications p ON p.id = r.application_id
     LEFT JOIN organisms other ON other.id = s.organism_id
     WHERE cardinality(?::text[]) = 0 OR home.code = ANY (?)
     GROUP BY a.id, home.id`,
    [today, [...codes], [...codes]],
  );
  return found.rows;
}

// Letters that have no accent to lose.
const LETTERS: Readonly<Record<string, string>> = { œ: 'oe', æ: 'ae', ł: 'l', ø: 'o', đ: 'd', ß: 'ss' };

/** Text without accents or case (R11). */
const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[œæłøđß]/g, (letter) => LETTERS[letter] ?? letter);

/** The same as it is searched: without hyphens or apostrophes. */
const searched = (text: string) => plain(text).replace(/[\p{Pd}'’]/gu, '');

const wordsOf = (text: string) => searched(text).split(/\s+/).filter(Boolean);

/** R11: every word matches somewhere, whatever the order. */
export function matchesSearch(person: ExpectedPerson, text: string): boolean {
  const { lastName, firstName, email, functionTitle, organism, code, roles } = person;
  const elements = [lastName, firstName, email, functionTitle, organism, code, ...roles].map(searched);
  return wordsOf(text).every((word) => elements.some((element) => element.includes(word)));
}

/** R10: « Nom » looks in « NOM Prénom ». */
export function matchesName(person: ExpectedPerson, text: string): boolean {
  const name = searched(`${person.lastName} ${person.firstName}`);
  return wordsOf(text).every((word) => name.includes(word));
}

type Key = (person: ExpectedPerson) => string | number;

const NAME: Key[] = [
  (person) => plain(person.lastName),
  (person) => plain(person.firstName),
  (person) => person.id,
];

const KEYS: Readonly<Record<string, Key[]>> = {
  nom: NAME,
  prenom: [(person) => plain(person.firstName), (person) => plain(person.lastName), (person) => person.id],
  email: [(person) => person.email],
  fonction: [(person) => plain(person.functionTitle), ...NAME],
  organisme: [(person) => plain(person.organism), ...NAME],
  habilitations: [(person) => person.roles.length, ...NAME],
};

/** The people in the order of a column; descending is the exact reverse. */
export function sorted(
  people: readonly ExpectedPerson[],
  column: string,
  direction: string,
): ExpectedPerson[] {
  const sign = direction === 'desc' ? -1 : 1;
  return people.toSorted((one, other) => {
    for (const key of KEYS[column] ?? NAME) {
      const [left, right] = [key(one), key(other)];
      if (left !== right) return left < right ? -sign : sign;
    }
    return 0;
  });
}

/** The cell « Habilitations » of the page, of the workbook, the PDF and the CSV. */
const rolesCell = ({ roles }: ExpectedPerson): string => roles.join(' ; ') || 'Aucune habilitation';

/** The columns of the files. */
export const COLUMNS = ['Nom', 'Prénom', 'Email', 'Fonction', 'Organisme', 'Compte', 'Habilitations'];

/** The line of a person in the files. */
export const lineOf = (person: ExpectedPerson): string[] => {
  const { lastName, firstName, email, functionTitle, organism, active } = person;
  return [
    lastName,
    firstName,
    email,
    functionTitle,
    organism,
    active ? 'Actif' : 'Inactif',
    rolesCell(person),
  ];
};
