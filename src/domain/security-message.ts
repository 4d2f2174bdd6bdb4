import type { SecurityChange } from './second-factor.ts';

/** Someone as messages name them. */
export interface Person {
  firstName: string;
  lastName: string;
}

/** What messages about second factors are told (R89). Instants are in ISO. */
export interface SecurityMessages {
  /** To who administers with them: an administrator has a second factor from now on. */
  'factor-of-colleague': Person & { email: string; at: string };
  /** To the person: somebody else resets their second factor. */
  'factor-reset': Person & {
    organismName: string;
    /** « Prénom NOM »; null for the command. */
    askedBy: string | null;
    reason: string;
    /** It waits until `effectiveAt`, is done, or was given up meanwhile. */
    outcome: 'waits' | 'done' | 'ended';
    effectiveAt: string;
    /** The reset that its link stops, or undoes; null where nothing is to be stopped. */
    resetId: number | null;
  };
  /** To who asked for it, to who administers the organism and to Ucanss: its person has stopped it. */
  'factor-reset-stopped': Person & {
    email: string;
    organismName: string;
    organismCode: string;
    askedBy: string;
    askedAt: string;
    reason: string;
  };
  /** To the person: how they sign in has changed, or somebody tries; `detail` is what it was called, or how many are left. */
  'security-changed': Person & {
    what: SecurityChange;
    detail: string;
    at: string;
    /** Where a change of the person's own address waited, which this ends: what it was for. */
    endedEmail?: string;
  };
}
