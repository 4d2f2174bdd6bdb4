/** A generator that gives the same numbers for the same seed, on every machine. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, limit). */
  below(limit: number): number;
  /** One of the items, all equally likely; the list must not be empty. */
  pick<T>(items: readonly T[]): T;
  /** True with that probability. */
  chance(probability: number): boolean;
}

/** The « mulberry32 » generator: 32 bits of state, good enough for people who do not exist. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    pick: (items) => items[below(items.length)] as (typeof items)[number],
    chance: (probability) => next() < probability,
  };
}

/**
 * Spreads a list that is sorted by frequency over `size` slots, the first items filling the most: drawing a slot
 * evenly then draws the items as people bear them. Every item has one slot at least.
 */
export function spread<T>(items: readonly T[], size: number, flatness: number): T[] {
  const weights = items.map((_, rank) => 1 / (rank + flatness));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const left = size - items.length;
  let given = 0;
  let owed = 0;
  return items.flatMap((item, rank) => {
    owed += ((weights[rank] ?? 0) / total) * left;
    const extra = Math.round(owed) - given;
    given += extra;
    return Array<T>(1 + extra).fill(item);
  });
}
