/** Days that things are kept, as the nightly jobs apply them and as « Données personnelles » tells them. */
export const RETENTION_DAYS = {
  /** An account request whose address was not confirmed: its link holds 72 hours from a message up to a day late. */
  unconfirmedRequest: 7,
  /** From when it was sent, or last asked for where it was given up. */
  message: 90,
  /** A one-use link that has ended; a change of address that was confirmed or given up. */
  endedLink: 30,
  /** Time to see why; the job of « mot de passe oublié » holds an address. */
  failedJob: 7,
  /** Who an act on a selection was announced for, where nobody confirmed it. */
  draft: 1,
  /** A line of a file of nominations that changed nobody. */
  nominationLine: 30,
  /** That a form was done, so that the same one sent again is not done twice. */
  formKey: 1,
  /** A second factor that has ended: a reset can be stopped for a week after it was done. */
  endedFactor: 8,
  /** A device that somebody signed in from, since the last time. */
  knownDevice: 90,
} as const;

/** Minutes that a form is kept whose session had ended: time to sign in again. */
export const KEPT_FORM_MINUTES = 15;
