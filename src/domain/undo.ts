import { isClosedByUcanss } from './acting-upon.ts';
import type { Actor } from './actor.ts';
import { grantOutcome, type Holder, holdsOn, removalRefusal } from './assignment.ts';
import type { EventAction } from './audit-event.ts';
import type { BatchOutcome } from './batch.ts';
import { addDays, dayInParis } from './calendar.ts';
import { judgeMandate, type MandateFault } from './mandate.ts';
import { mayManage } from './permissions.ts';
import type { RequestKind, RequestStatus } from './request.ts';
import { isWithdrawn, type Role } from './role.ts';

/** Days in which a batch can be undone, its own left out. */
const UNDO_DAYS = 7;

/** The last day on which a batch can be undone, in Paris. */
export const undoableUntil = ({ createdAt }: { createdAt: Date }): string =>
  addDays(dayInParis(createdAt), UNDO_DAYS);

/** Why a batch as a whole is not undone (R83). */
export type UndoFault = 'undone' | 'under_way' | 'nothing' | 'unknown' | 'too_late';

/** A batch that is done, as this rule looks at it. */
interface DoneBatch {
  createdAt: Date;
  /** How many lines it changed, or asked for. */
  changed: number;
  requested: number;
  /** It knows what it changed: those of before do not. */
  known: boolean;
  undone: boolean;
  /** Some of its lines are still to be done. */
  underWay: boolean;
  /** Acts that it asked for, and that are still to come. */
  planned: number;
}

/** The one judge of the button, of the page before and of the act under lock: why not, or null. */
export function undoFault(batch: DoneBatch, today: string): UndoFault | null {
  if (batch.undone) return 'undone';
  if (batch.underWay) return 'under_way';
  const done = batch.changed + batch.requested;
  if (done + batch.planned === 0) return 'nothing';
  if (done > 0 && !batch.known) return 'unknown';
  return today > undoableUntil(batch) ? 'too_late' : null;
}

/** What undoes a line: an act, or why there is none. What has none here is told by another line, or changes nothing. */
const REVERSES = {
  'assignment.granted': 'end',
  'delegation.granted': 'end',
  'assignment.removed': 'restore',
  'delegation.removed': 'restore',
  'account.deactivated': 'reactivate',
  'account.reactivated': 'deactivate',
  'account.created': 'close',
  'request.submitted': 'cancel',
  'request.cancelled': 'ask',
  'request.refused': 'ask',
  'account.attached': 'move',
  'account.updated': 'record',
  'account.nominated': 'office',
  'account.office_ended': 'office',
  'account.email_change_agreed': 'address',
  'account.email_changed': 'address',
} as const satisfies Partial<Record<EventAction, string>>;

/** The acts that have a line where their batch is undone. */
export const UNDOABLE: readonly string[] = Object.keys(REVERSES);

type Reverse = (typeof REVERSES)[keyof typeof REVERSES];

const reverseOf = (action: string): Reverse => REVERSES[action as keyof typeof REVERSES];

/** What somebody is in their organism, as nominations change it (R81). */
interface Office {
  civility: 'M.' | 'Mme' | null;
  functionTitle: string;
  isExecutive: boolean;
}

/** What a batch changed, with what became of it since. */
export interface Effect {
  action: string;
  /** Null of a first account that was asked for, and of which none was made. */
  person: (Holder & { closedByUcanss: boolean }) | null;
  role: Role | null;
  /** The right that was given, or ended; `followed`: the person was given the same one again since. */
  right: {
    organismId: number | null;
    ended: boolean;
    endsOn: string | null;
    followed: boolean;
  } | null;
  /** The last day that the right was given with. */
  givenUntil: string | null;
  request: { kind: RequestKind; status: RequestStatus } | null;
  /** The same request waits. */
  waits: boolean;
  /** The person holds the role. */
  held: boolean;
  /** Of an account: closed, opened or moved again since, or used; of an office, changed since. */
  touched: boolean;
  /** The organism that the person was moved from. */
  former: { id: number; name: string; closed: boolean } | null;
  /** The office that the person had before. */
  previous: Office | null;
}

/** What is known of the people of the batch, beside themselves. */
export interface UndoFacts {
  actor: Actor;
  /** The organism of the batch; null for the whole country. */
  organismId: number | null;
  today: string;
  /** Whom the actor may not act upon (P9). */
  beyond: ReadonlySet<number>;
  /** The organisms that each would leave without administrator, where P2 binds the actor. */
  last: ReadonlyMap<number, readonly number[]>;
  lastNational: ReadonlySet<number>;
  /** Who was moved by the batch, and stays there. */
  moved: ReadonlySet<number>;
}

type Judge = (effect: Effect, facts: UndoFacts) => BatchOutcome;

/** What becomes of a line (P1, P2, P3, P3b, P9), judged as the reverse act would be today: the same rule tells it before, and does it. */
export const judgeUndo: Judge = (effect, facts) => JUDGES[reverseOf(effect.action)](effect, facts);

/** True of what opens accounts, or moves people: it is judged first, and the others are judged as if it were done. */
export const goesFirst = ({ action }: Pick<Effect, 'action'>): boolean =>
  reverseOf(action) === 'reactivate' || reverseOf(action) === 'move';

/** True of what takes an account, or a delegation, from somebody: whether they are the last is asked (P2). */
export const stopsSomebody = ({ action, role }: Pick<Effect, 'action' | 'role'>): boolean => {
  const reverse = reverseOf(action);
  return (
    reverse === 'deactivate' ||
    reverse === 'close' ||
    (reverse === 'end' && role?.kind === 'local_administrator')
  );
};

const OF_MANDATES: Record<MandateFault, BatchOutcome> = {
  oneself: 'oneself',
  inactive: 'inactive',
  elsewhere: 'moved',
  already: 'changed_since',
  gone: 'changed_since',
  unchanged: 'changed_since',
  last_administrator: 'last_administrator',
};

const isDelegation = (effect: Effect): boolean => effect.role?.kind === 'local_administrator';

const movedFrom = ({ organismId }: Holder, facts: UndoFacts): boolean =>
  facts.organismId !== null && organismId !== facts.organismId;

const JUDGES: Record<Reverse, Judge> = {
  end(effect, facts) {
    const { person, role, right, givenUntil } = effect;
    if (!person || !role || !right || right.ended || right.endsOn !== givenUntil) return 'changed_since';
    if (!holdsOn(right.endsOn, facts.today)) return 'expired_since';
    if (isDelegation(effect)) {
      if (!mayManage(facts.actor, right.organismId ?? 0)) return 'beyond';
      const isLast = facts.last.get(person.id)?.includes(right.organismId ?? 0) === true;
      const fault = judgeMandate('remove', { actor: facts.actor, person, held: right, isLast });
      return fault === null ? 'removed' : OF_MANDATES[fault];
    }
    if (movedFrom(person, facts)) return 'moved';
    return removalRefusal(facts.actor, person, role) ?? 'removed';
  },

  restore(effect, facts) {
    const { person, role, right } = effect;
    if (!person || !role || !right || right.followed) return 'changed_since';
    if (!holdsOn(right.endsOn, facts.today)) return 'expired_since';
    if (isDelegation(effect)) {
      if (!mayManage(facts.actor, right.organismId ?? 0)) return 'beyond';
      const organism = { id: right.organismId ?? 0 };
      const fault = judgeMandate('grant', { actor: facts.actor, person, organism });
      return fault === null ? 'restored' : OF_MANDATES[fault];
    }
    if (movedFrom(person, facts)) return 'moved';
    const outcome = grantOutcome(facts.actor, person, role);
    if (outcome === 'requested') return effect.waits ? 'already_requested' : 'requested';
    return outcome === 'granted' ? 'restored' : outcome;
  },

  reactivate({ person, touched }, facts) {
    if (!person || person.active || touched) return 'changed_since';
    if (person.id === facts.actor.id) return 'oneself';
    if (movedFrom(person, facts)) return 'moved';
    if (isClosedByUcanss(facts.actor, person)) return 'closed_by_ucanss';
    return facts.beyond.has(person.id) ? 'beyond' : 'reactivated';
  },

  deactivate({ person, touched }, facts) {
    if (!person?.active || touched) return 'changed_since';
    if (person.id === facts.actor.id) return 'oneself';
    if (movedFrom(person, facts)) return 'moved';
    if (facts.beyond.has(person.id)) return 'beyond';
    if (facts.lastNational.has(person.id)) return 'last_national';
    return facts.last.has(person.id) ? 'last_administrator' : 'deactivated';
  },

  close: (effect, facts) => (effect.touched ? 'used_since' : JUDGES.deactivate(effect, facts)),

  cancel({ person, request }, facts) {
    if (request?.status !== 'pending') return 'changed_since';
    if (person && movedFrom(person, facts)) return 'moved';
    return person?.id === facts.actor.id ? 'oneself' : 'cancelled';
  },

  ask({ person, role, request, waits, held, touched }, facts) {
    if (request?.kind === 'address') return 'address';
    if (request?.kind === 'correction') return 'record';
    if (waits) return 'already_requested';
    // The address that a first account was asked for has one by now.
    if (person === null) return touched ? 'changed_since' : 'asked_again';
    if (held) return 'already_held';
    if (person.id === facts.actor.id) return 'oneself';
    if (movedFrom(person, facts)) return 'moved';
    if (!person.active) return 'inactive';
    return role === null || isWithdrawn(role) ? 'not_grantable' : 'asked_again';
  },

  office({ person, previous, touched }, facts) {
    if (!person || !previous || touched) return 'changed_since';
    // Whoever stays where they were moved stays what they are there.
    if (facts.moved.has(person.id)) return 'attached';
    return person.id === facts.actor.id ? 'oneself' : 'office_restored';
  },

  // R62: as any move, it takes nothing of what the person was given there.
  move({ person, former, touched }, facts) {
    if (!person || !former || touched) return 'changed_since';
    if (person.id === facts.actor.id) return 'oneself';
    if (facts.actor.national !== 'administrator') return 'beyond';
    return former.closed ? 'attached' : 'moved_back';
  },

  record: () => 'record',
  address: () => 'address',
};
