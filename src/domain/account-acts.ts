import type { ActingRights } from './acting-upon.ts';

/** What is done to an account as a whole. */
export type AccountAct =
  | 'deactivate'
  | 'reactivate'
  | 'endSessions'
  | 'sendActivation'
  | 'resetFactor'
  | 'attach';

/** Why an account is neither closed nor opened again, or a person not attached. */
export type AccountFault =
  | 'oneself'
  | 'own_factor'
  | 'beyond'
  | 'already_inactive'
  | 'already_active'
  | 'activated'
  | 'trusted'
  | 'no_factor'
  | 'last_administrator'
  | 'last_national'
  | 'executive'
  | 'already_here'
  | 'organism_closed';

/** What an act looks at. Who judges before the act may not know all of it: what is left out forbids nothing. */
export interface AccountSituation {
  actor: Pick<ActingRights, 'id' | 'national'>;
  person: { id: number; active?: boolean; isExecutive?: boolean; organismId?: number };
  /** The organism that they would join. */
  target?: { id: number; closed: boolean } | undefined;
  /** They have chosen a password. */
  activated?: boolean;
  /** They administer, or hold a national profile. */
  trusted?: boolean;
  hasFactor?: boolean;
  /** Their rights go further than the actor's, or Ucanss keeps their account closed (P9). */
  beyond?: boolean;
  /** Organisms that would be left without administrator (P2): an administrateur Ucanss may go on, after a warning. */
  left?: readonly unknown[];
  /** The portal would be left without administrateur Ucanss. */
  lastNational?: boolean;
}

const HOLDS: Record<AccountFault, (situation: AccountSituation) => boolean> = {
  oneself: ({ actor, person }) => person.id === actor.id,
  own_factor: ({ actor, person }) => person.id === actor.id,
  beyond: ({ beyond }) => beyond === true,
  already_inactive: ({ person }) => person.active === false,
  already_active: ({ person }) => person.active === true,
  activated: ({ activated }) => activated === true,
  trusted: ({ actor, trusted }) => trusted === true && actor.national !== 'administrator',
  no_factor: ({ hasFactor }) => hasFactor === false,
  last_administrator: ({ actor, left = [] }) => left.length > 0 && actor.national !== 'administrator',
  last_national: ({ lastNational }) => lastNational === true,
  executive: ({ person }) => person.isExecutive === true,
  already_here: ({ person, target }) => target !== undefined && person.organismId === target.id,
  organism_closed: ({ target }) => target?.closed === true,
};

/** What is asked of each act, in the order in which it is told. */
const ASKED: Record<AccountAct, readonly AccountFault[]> = {
  deactivate: ['oneself', 'already_inactive', 'beyond', 'last_administrator', 'last_national'],
  reactivate: ['oneself', 'already_active', 'beyond'],
  endSessions: ['oneself', 'already_inactive', 'beyond'],
  sendActivation: ['oneself', 'already_inactive', 'beyond', 'activated'],
  // R89: who administers has theirs reset by Ucanss alone.
  resetFactor: ['own_factor', 'already_inactive', 'beyond', 'trusted', 'no_factor'],
  attach: ['already_here', 'organism_closed', 'oneself', 'executive', 'beyond', 'last_administrator'],
};

/** The one judge of the row's button, of the page before the act, and of the act under lock: why not, or null. */
export const judgeAccountAct = (act: AccountAct, situation: AccountSituation): AccountFault | null =>
  ASKED[act].find((fault) => HOLDS[fault](situation)) ?? null;
