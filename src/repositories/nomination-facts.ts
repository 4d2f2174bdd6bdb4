import type { Database } from '../database/knex.ts';
import { preparedQuery } from '../database/prepared.ts';
import type { NominatedAccount } from '../domain/nomination.ts';
import { KEPT } from './email-changes.ts';
import type { KeptNomination } from './nominations.ts';

/** An act of a file before, done or to come. */
export interface EarlierNomination
  extends Omit<KeptNomination, 'importId' | 'line' | 'unreadable' | 'verdict'> {
  state: 'applied' | 'planned';
  accountId: number | null;
}

/** An organism that lines name. */
export interface NominationOrganism {
  id: number;
  code: string;
  name: string;
  closed: boolean;
  mailDomain: string | null;
}

const ACCOUNT = `accounts.id, email, civility, last_name AS "lastName", first_name AS "firstName",
  function_title AS "functionTitle", organism_id AS "organismId", organisms.name AS "organismName",
  is_executive AS "isExecutive", active`;

const ACCOUNTS = `
  SELECT ${ACCOUNT} FROM accounts JOIN organisms ON organisms.id = accounts.organism_id
  WHERE email = ANY($1::text[]) OR accounts.id = ANY($2::bigint[])`;

const EARLIER = `
  SELECT id, reference, act, effective_on AS "effectiveOn", civility, last_name AS "lastName",
    first_name AS "firstName", email, function_title AS "functionTitle", organism_code AS "organismCode", state,
    account_id AS "accountId"
  FROM nomination_lines
  WHERE state IN ('applied', 'planned') AND reference = ANY($1::text[]) ORDER BY settled_at, id`;

const AWAITED = `
  SELECT DISTINCT email FROM nomination_lines
  WHERE state = 'planned' AND act <> 'fin' AND email = ANY($1::text[])`;

const NAMED = `jsonb_to_recordset($1::jsonb) AS told (email text, last text, first text, organism text)`;

// Where the address is nobody's, who left it a moment ago keeps it; or somebody of this name in this organism has another (P11).
const KNOWN = `
  SELECT email, CASE WHEN is_left THEN 'address' ELSE 'name' END AS by FROM (
    SELECT told.email, EXISTS (
      SELECT FROM email_changes WHERE former_email = told.email AND outcome = 'changed' AND ended_at > $2::timestamptz - ${KEPT}
    ) AS is_left, EXISTS (
      SELECT FROM accounts WHERE organism_id = (SELECT id FROM organisms WHERE code = told.organism)
        AND last_key = normalised(told.last) AND first_key = normalised(told.first)
    ) AS is_named FROM ${NAMED}
  ) AS nobodys WHERE is_left OR is_named`;

const named = (than: '<' | '>') => `
  SELECT FROM nomination_lines
  WHERE import_id = $2 AND organism_code = told.organism AND normalised(last_name) = normalised(told.last)
    AND normalised(first_name) = normalised(told.first) AND act <> 'fin' AND unreadable IS NULL
    AND email ${than} told.email`;

// On both sides of it in the index (nomination_lines_namesakes): one name, or one person, may be that of every line.
const TWICE_NAME = `
  SELECT told.email AS told FROM ${NAMED} WHERE EXISTS (${named('<')}) OR EXISTS (${named('>')})`;

const twice = (column: 'reference' | 'email') => `
  SELECT ${column} AS told FROM nomination_lines WHERE import_id = $1 AND ${column} = ANY($2::text[])
  GROUP BY ${column} HAVING count(*) > 1`;

const [TWICE_REFERENCE, TWICE_EMAIL] = [twice('reference'), twice('email')];

type Named = Pick<KeptNomination, 'act' | 'email' | 'lastName' | 'firstName' | 'organismCode'>;

const namesOf = (lines: readonly Named[]): string =>
  JSON.stringify(
    lines.map(({ email, lastName: last, firstName: first, organismCode: organism }) => ({
      email,
      last,
      first,
      organism,
    })),
  );

/** What lines of files are judged by: a query for many lines, and none for each. */
export function nominationFactRepository(db: Database) {
  const doubled = async (query: string, values: unknown[]): Promise<Set<string>> =>
    new Set((await preparedQuery<{ told: string }>(db, query, values)).map((row) => row.told));

  return {
    accounts: (emails: readonly string[], ids: readonly number[]): Promise<NominatedAccount[]> =>
      preparedQuery<NominatedAccount>(db, ACCOUNTS, [emails, ids]),

    /** Acts of these references, the latest last. */
    earlier: (references: readonly string[]): Promise<EarlierNomination[]> =>
      preparedQuery<EarlierNomination>(db, EARLIER, [references]),

    /** The addresses, of these, that an act to come is about. */
    awaited: async (emails: readonly string[]): Promise<Set<string>> =>
      new Set((await preparedQuery<{ email: string }>(db, AWAITED, [emails])).map(({ email }) => email)),

    /** The addresses, of these that nobody has, which are not to be given to anybody new, and by what (P11). */
    async known(lines: readonly Named[], now: Date): Promise<Map<string, 'address' | 'name'>> {
      const found = await preparedQuery<{ email: string; by: 'address' | 'name' }>(db, KNOWN, [
        namesOf(lines),
        now,
      ]);
      return new Map(found.map(({ email, by }) => [email, by]));
    },

    organisms: (codes: readonly string[]): Promise<NominationOrganism[]> =>
      preparedQuery<NominationOrganism>(
        db,
        `SELECT id, code, name, closed_at IS NOT NULL AS closed, mail_domain AS "mailDomain" FROM organisms
         WHERE code = ANY($1::text[])`,
        [codes],
      ),

    /** What several lines of a file have: a reference, an address, or other addresses for the name of `nobodys`. */
    async doubled(
      importId: number,
      lines: readonly Pick<KeptNomination, 'reference' | 'email'>[],
      nobodys: readonly Named[],
    ) {
      const told = (values: readonly string[]) => values.filter((value) => value !== '');
      const [references, emails] = [
        told(lines.map(({ reference }) => reference)),
        told(lines.map(({ email }) => email)),
      ];
      const joining = nobodys.filter(({ act }) => act !== 'fin');
      return {
        references: await doubled(TWICE_REFERENCE, [importId, references]),
        emails: await doubled(TWICE_EMAIL, [importId, emails]),
        names: await doubled(TWICE_NAME, [namesOf(joining), importId]),
      };
    },
  };
}
