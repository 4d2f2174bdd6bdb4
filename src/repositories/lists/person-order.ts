import { ordered } from '../../database/sql.ts';

export type PersonSort = 'nom' | 'prenom' | 'email' | 'fonction' | 'organisme' | 'habilitations';
export type Direction = 'asc' | 'desc';

export interface PersonOrder {
  organismId: number | null;
  sort: PersonSort;
  direction: Direction;
}

// Every order ends on something unique, so that a page never shows a person twice. Each is that of an index, or of
// columns that the index of an organism carries. Names compare without accents or case.
const COLUMNS: Record<PersonSort, readonly string[]> = {
  nom: ['last_key', 'first_key', 'accounts.id'],
  prenom: ['first_key', 'last_key', 'accounts.id'],
  email: ['email COLLATE "C"'],
  fonction: ['function_key', 'last_key', 'first_key', 'accounts.id'],
  organisme: ['organisms.name_key', 'organisms.id', 'last_key', 'first_key', 'accounts.id'],
  habilitations: ['role_count', 'last_key', 'first_key', 'accounts.id'],
};

/** SELECT of the accounts that meet `conditions` (a WHERE clause or nothing): id, and the keys of their order. */
export function sortedFrom(order: PersonOrder, conditions: string): string {
  const keys = columns(order).map((column, index) => `${column} AS key${index}`);
  const organisms = byOrganism(order) ? 'JOIN organisms ON organisms.id = organism_id' : '';
  return `SELECT accounts.id, ${keys.join(', ')} FROM accounts ${organisms} ${conditions}`;
}

/** The first accounts in this order, whatever the organism, as a FROM item. */
export function firstPeople(order: PersonOrder, rows: number): string {
  const organisms = byOrganism(order) ? 'JOIN organisms ON organisms.id = organism_id' : '';
  const keys = ordered(columns(order), order.direction);
  return `(SELECT accounts.* FROM accounts ${organisms} ORDER BY ${keys} LIMIT ${rows}) AS first_people`;
}

/** What follows ORDER BY, over the columns that sortedFrom() selects. Descending is the exact reverse. */
export const orderBy = (order: PersonOrder): string =>
  ordered(
    columns(order).map((_, index) => `key${index}`),
    order.direction,
  );

function columns(order: PersonOrder): readonly string[] {
  return order.sort === 'organisme' && !byOrganism(order) ? COLUMNS.nom : COLUMNS[order.sort];
}

/** In one organism, to sort by organism is to sort by name. */
function byOrganism(order: PersonOrder): boolean {
  return order.sort === 'organisme' && order.organismId === null;
}
