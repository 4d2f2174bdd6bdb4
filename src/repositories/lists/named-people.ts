import type { Database } from '../../database/knex.ts';
import { StatementValues } from '../../database/sql.ts';
import { plannedQuery } from './query.ts';
import { holdsWord, keyHolds } from './words.ts';

const MOST_PEOPLE = 100;

/** People as a filter of the trail names them; `more` where it named more than it can be about. */
export interface NamedPeople {
  ids: number[];
  more: boolean;
}

/** In whose events people are looked for: of an organism or, with `accountId`, those of one account; null: of all. */
interface Among {
  organismId: number | null;
  accountId?: number;
}

/**
 * People as a filter of the trail names them: those of the organism by all that they are found by elsewhere. Who left it,
 * and others whom its events may be about or by, by their name alone: what they have become is not the organism's any more.
 */
export async function peopleNamed(
  db: Database,
  words: readonly string[],
  { organismId, accountId }: Among,
): Promise<NamedPeople> {
  const find = async (text: (values: StatementValues) => string): Promise<number[]> => {
    const values = new StatementValues();
    const limited = `SELECT id FROM (${text(values)}) AS found ORDER BY id LIMIT ${MOST_PEOPLE + 1}`;
    return (await plannedQuery<{ id: number }>(db, limited, values.list)).map((row) => row.id);
  };
  const inText = (values: StatementValues) =>
    words.map((word) => holdsWord('search_key', word, values)).join(' AND ');
  if (organismId === null) {
    const ids = await find((values) => `SELECT account_id AS id FROM account_texts WHERE ${inText(values)}`);
    return { ids, more: ids.length > MOST_PEOPLE };
  }
  const [here, others] = await Promise.all([
    find(
      (values) =>
        `SELECT id FROM accounts WHERE ${inText(values)} AND organism_id = ${values.add(organismId)}`,
    ),
    find((values) => {
      const among =
        accountId === undefined ? strangersOf(values.add(organismId)) : actorsUpon(values.add(accountId));
      return `SELECT id FROM accounts JOIN (${among}) AS others USING (id)
        WHERE organism_id <> ${values.add(organismId)} AND ${words.map((word) => keyHolds('search_key', word, 'names', values)).join(' AND ')}`;
    }),
  ]);
  const more = Math.max(here.length, others.length) > MOST_PEOPLE;
  return { ids: [...here, ...others], more };
}

/** Whom the events of an organism may be about, or by, without being of it: who left and by whom, who administers. */
const strangersOf = (organism: string): string => `
  SELECT DISTINCT person.id
  FROM audit_events, LATERAL (VALUES (subject_account_id), (actor_account_id)) AS person (id)
  WHERE audit_events.organism_id = ${organism} AND action IN ('account.left', 'search.person_told')
  UNION SELECT account_id FROM assignments WHERE role_kind = 'local_administrator' AND organism_id = ${organism}
  UNION SELECT account_id FROM assignments WHERE role_kind = 'national'`;

const actorsUpon = (account: string): string =>
  `SELECT DISTINCT actor_account_id AS id FROM audit_events WHERE subject_account_id = ${account}`;
