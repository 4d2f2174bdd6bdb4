import { isClosedByUcanss } from './acting-upon.ts';
import type { Actor } from './actor.ts';
import { grantOutcome, type Holder, removalRefusal } from './assignment.ts';
import { DAY } from './duration.ts';
import type { DecisionAct } from './request.ts';
import { RETENTION_DAYS } from './retention.ts';
import type { Role } from './role.ts';

/** « Activer des droits », « Supprimer des droits », « Désactiver », « Réactiver », for a selection; a departure, of one person. */
export type BatchKind = 'grant' | 'remove' | 'deactivate' | 'reactivate' | 'depart';

/** What is done to accounts, and what is done to a role of theirs. */
export const isOfAccounts = (kind: BatchKind): kind is 'deactivate' | 'reactivate' | 'depart' =>
  kind !== 'grant' && kind !== 'remove';

/** Above so many people, how many they are is typed before anything is taken from them. */
const MOST_UNCOUNTED = 10;

/** Whether how many people there are must be typed (R45). */
export const mustBeCounted = (kind: BatchKind, people: number): boolean =>
  (kind === 'deactivate' || kind === 'remove') && people > MOST_UNCOUNTED;

/** What is done with a selection, of people or of requests. */
export type SelectionKind = BatchKind | DecisionAct;

/** What « Actions groupées » lists: acts on people, imports of nominations (R81), and what undid another (R83). */
export type ListedKind = BatchKind | 'nominations' | 'undo';

export const isDecision = (kind: SelectionKind): kind is DecisionAct =>
  kind === 'accept' || kind === 'refuse';

/** From when on the drafts are that may still be confirmed. */
export const draftsSince = (now: Date): Date => new Date(now.getTime() - RETENTION_DAYS.draft * DAY);

/** What becomes of one person of a selection: changed, asked of Ucanss (P3), or left as they are and why. */
export type BatchOutcome =
  | 'granted'
  | 'removed'
  | 'deactivated'
  | 'reactivated'
  | 'departed'
  | 'executive_created'
  | 'executive_named'
  | 'executive_moved'
  | 'office_ended'
  | 'requested'
  | 'already_held'
  | 'already_requested'
  | 'not_held'
  | 'inactive'
  | 'already_active'
  | 'closed_by_ucanss'
  | 'oneself'
  | 'beyond'
  | 'moved'
  | 'last_administrator'
  | 'last_national'
  | 'not_grantable'
  // Of an undo (R83).
  | 'restored'
  | 'cancelled'
  | 'asked_again'
  | 'office_restored'
  | 'moved_back'
  | 'changed_since'
  | 'expired_since'
  | 'used_since'
  | 'address'
  | 'record'
  | 'attached';

const CHANGED: ReadonlySet<BatchOutcome> = new Set([
  ...(['granted', 'removed', 'deactivated', 'reactivated', 'departed'] as const),
  ...(['restored', 'cancelled', 'asked_again', 'office_restored', 'moved_back'] as const),
  ...(['executive_created', 'executive_named', 'executive_moved', 'office_ended'] as const),
]);

/** What outcomes count as. */
export type BatchResult = 'changed' | 'requested' | 'skipped';

export const resultOf = (outcome: BatchOutcome): BatchResult =>
  outcome === 'requested' ? 'requested' : CHANGED.has(outcome) ? 'changed' : 'skipped';

/** What is known of the people of a selection, beside themselves. */
export interface BatchFacts {
  /** The organism that the act is for. */
  organismId: number;
  /** Who holds the role today. */
  holding: ReadonlySet<number>;
  /** Who has a request for it that waits. */
  requested: ReadonlySet<number>;
  /** Whom the actor may not act upon. */
  beyond: ReadonlySet<number>;
  /** Whose stop would leave an organism without administrator, where P2 binds the actor. */
  last: ReadonlySet<number>;
  /** Whose stop would leave the portal without administrateur Ucanss. */
  lastNational: ReadonlySet<number>;
}

/** What becomes of a person (P1, P2, P3, P3b, P4, P5, P9): the same rule tells it before, and does it. */
export function batchOutcome(
  kind: BatchKind,
  actor: Actor,
  holder: Holder & { closedByUcanss: boolean },
  role: Role | null,
  facts: BatchFacts,
): BatchOutcome {
  if (holder.organismId !== facts.organismId) return 'moved';
  if (kind === 'reactivate') return reactivationOutcome(actor, holder, facts);
  if (kind === 'deactivate' || role === null) return deactivationOutcome(actor, holder, facts);
  const holds = facts.holding.has(holder.id);
  if (kind === 'remove') return removalRefusal(actor, holder, role) ?? (holds ? 'removed' : 'not_held');
  const outcome = grantOutcome(actor, holder, role);
  if (outcome !== 'granted' && outcome !== 'requested') return outcome;
  if (holds) return 'already_held';
  if (outcome === 'requested' && facts.requested.has(holder.id)) return 'already_requested';
  return outcome;
}

function deactivationOutcome(actor: Actor, holder: Holder, facts: BatchFacts): BatchOutcome {
  if (holder.id === actor.id) return 'oneself';
  if (!holder.active) return 'inactive';
  if (facts.beyond.has(holder.id)) return 'beyond';
  if (facts.lastNational.has(holder.id)) return 'last_national';
  return facts.last.has(holder.id) ? 'last_administrator' : 'deactivated';
}

function reactivationOutcome(
  actor: Actor,
  holder: Holder & { closedByUcanss: boolean },
  facts: BatchFacts,
): BatchOutcome {
  if (holder.id === actor.id) return 'oneself';
  if (holder.active) return 'already_active';
  if (isClosedByUcanss(actor, holder)) return 'closed_by_ucanss';
  return facts.beyond.has(holder.id) ? 'beyond' : 'reactivated';
}
