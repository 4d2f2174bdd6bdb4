import type { UnitOfWork } from '../database/transaction.ts';
import { holdsOn } from '../domain/assignment.ts';
import {
  type Assigned,
  type AssignmentEnding,
  type AssignmentHolder,
  type AssignmentTerms,
  endedEvent,
  expiredEvent,
  givenEvent,
  redatedEvent,
} from '../domain/assignment-events.ts';
import { dayInParis } from '../domain/calendar.ts';
import { assignmentRepository, type Ending, type LiveAssignment } from '../repositories/assignments.ts';
import { endAskedBy } from './pending-ends.ts';

/**
 * What is done to one right of people already locked, within a use case: the live right is locked, written, and each
 * change recorded. Who may, and whom to tell, is the policy of each kind: ordinary roles (services/assignments.ts),
 * delegations, national roles. `by` is null for a command.
 */
export function assigning(
  unit: UnitOfWork,
  by: { id: number } | null,
  assigned: Assigned,
  people: readonly AssignmentHolder[],
) {
  const assignments = assignmentRepository(unit.db);
  const byId = new Map(people.map((person) => [person.id, person]));
  const key = { role: assigned.role, organismId: assigned.organism?.id ?? null };

  /** Ends rights that are locked; what their holders asked others by a delegation or a profile ends with it (P10). */
  async function write(
    held: readonly LiveAssignment[],
    ending: Omit<Ending, 'endedAt'>,
    record: (holder: AssignmentHolder, ended: LiveAssignment) => void,
  ): Promise<Set<number>> {
    if (held.length === 0) return new Set();
    const ended = await assignments.end(
      held.map(({ id }) => id),
      { endedAt: unit.now, ...ending },
    );
    for (const each of ended) record(holderOf(each.accountId), each);
    const ids = new Set(ended.map(({ accountId }) => accountId));
    if (assigned.role.kind !== 'ordinary') await endAskedBy(unit, [...ids]);
    return ids;
  }

  function holderOf(id: number): AssignmentHolder {
    const holder = byId.get(id);
    if (!holder) throw new Error('a assigned of somebody whom nobody locked');
    return holder;
  }

  /**
   * Locks the right of these people; writes the end of those that are over, before the nightly job does (P8). Returns
   * those that hold, and whose right was over.
   */
  async function lock(
    ids: readonly number[] = [...byId.keys()],
  ): Promise<{ held: LiveAssignment[]; over: ReadonlySet<number> }> {
    const today = dayInParis(unit.now);
    const found = await assignments.lockLive(ids, key);
    const held = found.filter(({ endsOn }) => holdsOn(endsOn, today));
    const expired = found.filter((each) => !held.includes(each));
    const over = await write(expired, { endedBy: null, kind: 'expired', reason: '' }, (holder, { endsOn }) =>
      unit.record(expiredEvent(assigned, holder, endsOn ?? '')),
    );
    return { held, over };
  }

  /** Ends rights that are locked. Returns whose they were. */
  function end(held: readonly LiveAssignment[], ending: AssignmentEnding): Promise<Set<number>> {
    const kind = ending.cause === 'attached' ? 'attached_elsewhere' : 'removed';
    return write(
      held,
      { endedBy: by?.id ?? null, kind, reason: ending.reason },
      (holder, { id: assignmentId }) =>
        unit.record({ ...endedEvent(assigned, holder, ending), effect: { assignmentId } }),
    );
  }

  return {
    lock,
    end,

    /** Gives it, until a day or without end. Returns those who did not hold it: what is held stays as it is. */
    async give(terms: AssignmentTerms): Promise<Set<number>> {
      const { reason, endsOn, requestId = null, restoredFrom = new Map() } = terms;
      const given = new Set<number>();
      const grantedBy = by?.id ?? null;
      const grant = async (ids: readonly number[]) => {
        const what = { ...key, grantedAt: unit.now, grantedBy, reason, endsOn, requestId, restoredFrom };
        for (const { id: assignmentId, accountId } of await assignments.grant(ids, what)) {
          given.add(accountId);
          const event = givenEvent(assigned, holderOf(accountId), terms);
          unit.record({ ...event, effect: { assignmentId, endsOn } });
        }
      };
      await grant([...byId.keys()]);
      // Only who seems to hold it already may have one that is over: few do.
      const others = [...byId.keys()].filter((id) => !given.has(id));
      const over = others.length === 0 ? [] : [...(await lock(others)).over];
      if (over.length > 0) await grant(over);
      return given;
    },

    /** Locks it and ends it. Returns who held it (R40). */
    remove: async (ending: AssignmentEnding): Promise<Set<number>> => end((await lock()).held, ending),

    /** Gives one that is locked an inclusive end date, another one, or none (P8). */
    async redate(held: LiveAssignment, to: string | null): Promise<void> {
      await assignments.setEnd(held.id, to);
      unit.record(redatedEvent(assigned, holderOf(held.accountId), { from: held.endsOn, to }));
    },
  };
}
