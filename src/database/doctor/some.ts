const FEW = 3;

/** Names, the first ones of many. */
export const some = (names: readonly string[]): string =>
  names.length > FEW
    ? `${names.slice(0, FEW).join(', ')} and ${names.length - FEW} others`
    : names.join(', ');
