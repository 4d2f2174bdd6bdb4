/** What a departure takes beside the access (R76). */
export interface DepartureTerms {
  /** Never empty. */
  reason: string;
  /** Whether the rights end with it; a delegation always does. */
  rights: boolean;
  /** Whether the requests that wait are refused. */
  requests: boolean;
}
