/** What is done to a mandate: the delegation of an organism, or a national profile. */
export type MandateAct = 'grant' | 'remove' | 'setEnd';

/** Why a mandate is neither given, ended, nor given another end date. */
export type MandateFault =
  | 'oneself'
  | 'inactive'
  | 'elsewhere'
  | 'already'
  | 'gone'
  | 'unchanged'
  | 'last_administrator';

/** What an act looks at. Who judges before the act may not know all of it: what is left out forbids nothing. */
export interface MandateSituation {
  actor: { id: number };
  person: { id: number; organismId?: number; active?: boolean };
  /** Of a delegation. */
  organism?: { id: number };
  /** The mandate of this person that holds today, or null. */
  held?: { endsOn: string | null } | null;
  /** Nobody would be left without an end date, and this actor is bound by it (P2). */
  isLast?: boolean;
  /** The last day that is asked for. */
  endsOn?: string | null;
}

const HOLDS: Record<MandateFault, (situation: MandateSituation, act: MandateAct) => boolean> = {
  oneself: ({ actor, person }) => person.id === actor.id,
  inactive: ({ person }) => person.active === false,
  elsewhere: ({ person, organism }) => organism !== undefined && person.organismId !== organism.id,
  already: ({ held }) => held !== undefined && held !== null,
  gone: ({ held }) => held === null,
  unchanged: ({ held, endsOn }) => endsOn !== undefined && held?.endsOn === endsOn,
  // The last one may still be given no end date.
  last_administrator: ({ isLast, endsOn }, act) =>
    isLast === true && (act === 'remove' || typeof endsOn === 'string'),
};

/** What is asked of each act, in the order in which it is told (P1, P2, P3b, P8). */
const ASKED: Record<MandateAct, readonly MandateFault[]> = {
  grant: ['oneself', 'elsewhere', 'inactive', 'already'],
  remove: ['oneself', 'gone', 'last_administrator'],
  setEnd: ['oneself', 'gone', 'unchanged', 'last_administrator'],
};

/** The one judge of the row, of the page before the act, and of the act under lock: why not, or null. */
export const judgeMandate = (act: MandateAct, situation: MandateSituation): MandateFault | null =>
  ASKED[act].find((fault) => HOLDS[fault](situation, act)) ?? null;
