/** A departure to come of each account of a FROM item, joined to it: one at most (`planned_acts_once`). */
export const departureOf = (accounts: string): string => `LEFT JOIN planned_acts AS departure
  ON departure.account_id = ${accounts}.id AND departure.kind = 'departure' AND departure.state = 'planned'`;

/** Its day, 'YYYY-MM-DD'; null for none. */
export const LEAVES_ON = 'departure.effective_on';
