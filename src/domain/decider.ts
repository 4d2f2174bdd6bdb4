/** Someone who can decide a request, as its requester is told. */
export interface Decider {
  id: number;
  firstName: string;
  lastName: string;
  email: string;
}

/** Who a request waits for. */
export type DecidedBy = 'local_administrators' | 'ucanss';

/** Whom it waits for, and each person of them. */
export interface AwaitedDeciders {
  by: DecidedBy;
  people: Decider[];
}

/** Whom an act about somebody is told to: the administrators of their organism, but for them and who acts. */
export const toldOf = (
  administrators: readonly Decider[] | undefined,
  about: number,
  by: number | undefined,
): Decider[] => (administrators ?? []).filter(({ id }) => id !== about && id !== by);

/**
 * Whom a request waits for: Ucanss for a role reserved to it (P3), or when nobody of the organism may decide; else
 * the organism's local administrators. Nobody decides a request of their own (P1), so the requester and the
 * beneficiary are left out of `administrators`, the active people whose delegation for the organism holds today.
 */
export function deciders(
  reserved: boolean,
  administrators: readonly Decider[],
  concerned: readonly (number | null)[],
): AwaitedDeciders {
  const people = administrators.filter(({ id }) => !concerned.includes(id));
  return reserved || people.length === 0
    ? { by: 'ucanss', people: [] }
    : { by: 'local_administrators', people };
}
