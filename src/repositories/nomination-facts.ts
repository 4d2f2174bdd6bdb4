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

// Where the address is nobody's, somebody of this name in this organism has another; or one left it a moment ago (P11).
const NAMESAKES = `
  SELECT told.email FROM jsonb_to_recordset($1::jsonb) AS told (email text, last text, first text, organism text)
  WHERE EXISTS (
    SELECT FROM accounts WHERE organism_id = (SELECT id FROM organisms WHERE code = told.organism)
      AND last_key = normalised(told.last) AND first_key = normalised(told.first)
  ) OR EXISTS (
    SELECT FROM email_changes WHERE former_email = told.email AND outcome = 'changed' AND ended_at > $2::timestamptz - ${KEPT}
  )`;

const twice = (column: 'reference' | 'email') => `
  SELECT ${column} AS told FROM nomination_lines WHERE import_id = $1 AND ${column} = ANY($2::text[])
  GROUP BY ${column} HAVING count(*) > 1`;

const [TWICE_REFERENCE, TWICE_EMAIL] = [twice('reference'), twice('email')];

/** What lines of files are judged by: a query for many lines, and none for each. */
export function nominationFactRepository(db: Database) {
  const doubled = async (query: string, importId: number, told: readonly string[]): Promise<Set<string>> =>
    new Set((await preparedQuery<{ told: string }>(db, query, [importId, told])).map((row) => row.told));

  return {
    accounts: (emails: readonly string[], ids: readonly number[]): Promise<NominatedAccount[]> =>
      preparedQuery<NominatedAccount>(db, ACCOUNTS, [emails, ids]),

    /** Acts of these references, the latest last. */
    earlier: (references: readonly string[]): Promise<EarlierNomination[]> =>
      preparedQuery<EarlierNomination>(db, EARLIER, [references]),

    /** The addresses, of these, that an act to come is about. */
    awaited: async (emails: readonly string[]): Promise<Set<string>> =>
      new Set((await preparedQuery<{ email: string }>(db, AWAITED, [emails])).map(({ email }) => email)),

    /** The addresses, of these that nobody has, which are not to be given to anybody new (P11). */
    async namesakes(
      lines: readonly Pick<KeptNomination, 'email' | 'lastName' | 'firstName' | 'organismCode'>[],
      now: Date,
    ): Promise<Set<string>> {
      const told = lines.map(({ email, lastName: last, firstName: first, organismCode: organism }) => ({
        email,
        last,
        first,
        organism,
      }));
      const found = await preparedQuery<{ email: string }>(db, NAMESAKES, [JSON.stringify(told), now]);
      return new Set(found.map(({ email }) => email));
    },

    organisms: (codes: readonly string[]): Promise<NominationOrganism[]> =>
      preparedQuery<NominationOrganism>(
        db,
        `SELECT id, code, name, closed_at IS NOT NULL AS closed, mail_domain AS "mailDomain" FROM organisms
         WHERE code = ANY($1::text[])`,
        [codes],
      ),

    /** What several lines of a file have. */
    async doubled(importId: number, lines: readonly Pick<KeptNomination, 'reference' | 'email'>[]) {
      const told = (values: readonly string[]) => values.filter((value) => value !== '');
      const [references, emails] = [
        told(lines.map(({ reference }) => reference)),
        told(lines.map(({ email }) => email)),
      ];
      return {
        references: await doubled(TWICE_REFERENCE, importId, references),
        emails: await doubled(TWICE_EMAIL, importId, emails),
      };
    },
  };
}
