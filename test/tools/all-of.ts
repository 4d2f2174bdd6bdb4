/** True of every one, and of one at least: of nothing anything would be true. */
export const allOf = <T>(list: readonly T[], holds: (one: T, index: number) => boolean): boolean =>
  list.length > 0 && list.every(holds);
