import type { Database } from '../src/database/knex.ts';
import { formsOf, searchWords } from '../src/domain/search.ts';
import type { EntitlementFilter } from '../src/repositories/lists/entitlements.ts';

/**
 * The yardstick of the lists: what one writes first. Every table joined, text compared on the fly, rights gathered
 * by GROUP BY, the total by count(*) OVER (). The first page of ten, in order of name.
 */
export async function naivePage(db: Database, filter: EntitlementFilter): Promise<unknown[]> {
  const plain = (column: string) => `lower(unaccent(${column}))`;
  const searched = (column: string) => `translate(${plain(column)}, '-''', '')`;
  const columns = [
    'last_name',
    'first_name',
    'email',
    'function_title',
    'organisms.name',
    'organisms.code',
    "coalesce(string_agg(roles.label, ' '), '')",
  ];
  const words = searchWords(filter.words);
  const having = words.map(() => `(${columns.map((column) => `${searched(column)} LIKE ?`).join(' OR ')})`);
  const result = await db.raw(
    `SELECT accounts.id, last_name, first_name, email, function_title, organisms.name,
       array_agg(roles.label ORDER BY roles.position) AS roles, count(*) OVER () AS total
     FROM accounts JOIN organisms ON organisms.id = accounts.organism_id
     LEFT JOIN assignments ON account_id = accounts.id AND ended_at IS NULL
     LEFT JOIN roles ON roles.id = role_id
     ${filter.organismId === null ? '' : 'WHERE accounts.organism_id = ?'}
     GROUP BY accounts.id, organisms.id
     ${having.length === 0 ? '' : `HAVING ${having.join(' AND ')}`}
     ORDER BY ${plain('last_name')}, ${plain('first_name')}, accounts.id LIMIT 10`,
    [
      ...(filter.organismId === null ? [] : [filter.organismId]),
      ...words.flatMap((word) => columns.map(() => `%${formsOf(word)[0]}%`)),
    ],
  );
  return result.rows;
}
