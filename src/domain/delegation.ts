/** A delegation that holds today, of an account that is active. */
export interface LiveDelegation {
  accountId: number;
  /** Inclusive, 'YYYY-MM-DD', or null. */
  endsOn: string | null;
}

/**
 * True when the organism would be left without administrator if this person stopped, or were given an end date
 * (P2): nobody else remains, or nobody else without an end date while this person has none.
 * An organism that this person does not administer is never left without.
 */
export function leavesOrganismWithout(delegations: readonly LiveDelegation[], accountId: number): boolean {
  const own = delegations.find((delegation) => delegation.accountId === accountId);
  if (!own) return false;
  const others = delegations.filter((delegation) => delegation.accountId !== accountId);
  if (others.length === 0) return true;
  return own.endsOn === null && others.every(({ endsOn }) => endsOn !== null);
}

/**
 * Those of these people whose stop would leave nobody, were they all stopped: one after the other, because of two
 * stopped together the second may be the last. `holding` is of one organism (P2), or of the portal itself.
 */
export function lastOnes(holding: readonly LiveDelegation[], accountIds: readonly number[]): number[] {
  let remaining = holding;
  return accountIds.filter((accountId) => {
    if (leavesOrganismWithout(remaining, accountId)) return true;
    remaining = remaining.filter((delegation) => delegation.accountId !== accountId);
    return false;
  });
}
