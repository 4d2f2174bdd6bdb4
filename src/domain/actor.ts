/** An organism as screens name it. */
export interface OrganismName {
  id: number;
  code: string;
  name: string;
}

/** An organism the person administers, with its pending requests (at most 1,000), for the badge. */
export interface AdministeredOrganism extends OrganismName {
  pendingRequests: number;
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
  /** Pending requests of every organism, at most 1,000: for the badge of who administers or audits nationally. */
  nationalPendingRequests: number;
  /** Messages that could not be sent, at most 1,000: for the same badges. */
  failedMessages: number;
}
