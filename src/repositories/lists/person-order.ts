import { ordered } from '../../database/sql.ts';

type RightSort = 'depuis' | 'par' | 'jusquau';
export type PersonSort = 'nom' | 'prenom' | 'email' | 'fonction' | 'organisme' | 'habilitations';
type Sort = PersonSort | 'connexion' | RightSort;
export type Direction = 'asc' | 'desc';

export interface PersonOrder {
  organismId: number | null;
  sort: Sort;
  direction: Direction;
  /** The role whose rights « Depuis le », « Accordée par » and « Jusqu'au » are of. */
  roleId?: number | undefined;
}

// Every order ends on something unique, so that a page never shows a person twice. Each is that of an index, or of
// columns that the index of an organism carries. Names compare without accents or case.
const COLUMNS: Record<Sort, readonly string[]> = {
  nom: ['last_key', 'first_key', 'accounts.id'],
  prenom: ['first_key', 'last_key', 'accounts.id'],
  email: ['email COLLATE "C"'],
  fonction: ['function_key', 'last_key', 'first_key', 'accounts.id'],
  organisme: ['organisms.name_key', 'organisms.id', 'last_key', 'first_key', 'accounts.id'],
  habilitations: ['role_count', 'last_key', 'first_key', 'accounts.id'],
  connexion: ['last_sign_in_at', 'last_key', 'first_key', 'accounts.id'],
  depuis: ['rights.granted_at', 'last_key', 'first_key', 'accounts.id'],
  par: ['granter_last', 'granter_first', 'last_key', 'first_key', 'accounts.id'],
  jusquau: ['rights.ends_on', 'last_key', 'first_key', 'accounts.id'],
};

/** SELECT of the accounts that meet `conditions` (a WHERE clause or nothing): id, and the keys of their order. */
export function sortedFrom(order: PersonOrder, conditions: string): string {
  const keys = columns(order).map((column, index) => `${column} AS key${index}`);
  return `SELECT accounts.id, ${keys.join(', ')} FROM accounts ${joins(order)} ${conditions}`;
}

/** The first accounts in this order, whatever the organism, as a FROM item of the same name. */
export function firstPeople(order: PersonOrder, rows: number): string {
  const keys = ordered(columns(order), order.direction);
  return `(SELECT accounts.* FROM accounts ${joins(order)} ORDER BY ${keys} LIMIT ${rows}) AS accounts`;
}

/** What follows ORDER BY, over the columns that sortedFrom() selects. Descending is the exact reverse. */
export const orderBy = (order: PersonOrder): string =>
  ordered(
    columns(order).map((_, index) => `key${index}`),
    order.direction,
  );

const RIGHT_SORTS: readonly string[] = ['depuis', 'par', 'jusquau'] satisfies RightSort[];
/** True of an order that the rights of a role give. */
export const isRightSort = (sort: string): boolean => RIGHT_SORTS.includes(sort);

/** What the keys of an order are taken from, beside the accounts. A right that is over was left out by the conditions. */
function joins(order: PersonOrder): string {
  if (byOrganism(order)) return 'JOIN organisms ON organisms.id = organism_id';
  if (!isRightSort(order.sort) || order.roleId === undefined) return '';
  return `JOIN LATERAL (SELECT granted_at, granted_by, ends_on FROM assignments
      WHERE account_id = accounts.id AND role_id = ${Number(order.roleId)} AND ended_at IS NULL) AS rights ON true
    LEFT JOIN LATERAL (SELECT last_key AS granter_last, first_key AS granter_first FROM accounts AS g
      WHERE g.id = rights.granted_by) AS granters ON true`;
}

function columns(order: PersonOrder): readonly string[] {
  if (isRightSort(order.sort) && order.roleId === undefined) return COLUMNS.nom;
  return order.sort === 'organisme' && !byOrganism(order) ? COLUMNS.nom : COLUMNS[order.sort];
}

/** In one organism, to sort by organism is to sort by name. */
function byOrganism(order: PersonOrder): boolean {
  return order.sort === 'organisme' && order.organismId === null;
}
