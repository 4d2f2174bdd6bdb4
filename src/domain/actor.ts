/** An organism as screens name it. */
export interface OrganismName {
  id: number;
  code: string;
  name: string;
}

/** An organism the person administers or covers, with its pending requests (at most 1,000 of each), for the badge. */
export interface AdministeredOrganism extends OrganismName {
  /** Those that its local administrators decide; of who is one of them, without their own (P1). */
  pendingRequests: number;
  /** Those that Ucanss decides (P3). */
  ucanssRequests?: number;
  /** The people of whom rights are « à revoir » (R63), at most 1,000. */
  peopleToReview?: number;
}

export type NationalProfile = 'administrator' | 'auditor';

/** The signed-in person, as read from the database at each request: nothing of it is remembered. */
export interface Actor {
  id: number;
  email: string;
  lastName: string;
  firstName: string;
  organismId: number;
  /** Of their home organism, whatever they administer. */
  organismName: string;
  isExecutive: boolean;
  /** Organisms whose delegation holds today, in alphabetical order. */
  administers: readonly AdministeredOrganism[];
  national: NationalProfile | null;
  /** Pending requests of every organism that Ucanss decides, without one's own (P1), at most 1,000: for the badge. */
  nationalPendingRequests: number;
  /** Those that local administrators decide, at most 1,000. */
  nationalOtherRequests?: number;
  /** Whether they have a second factor, since when they know that one is asked of them, when it is reset (R89). */
  factor?: { has: boolean; askedAt: Date | null; resetAt?: Date | null };
  /** Messages that could not be sent, at most 1,000: for the same badges. */
  failedMessages: number;
}
