import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import type { Assigned, AssignmentTerms } from '../domain/assignment-events.ts';
import { judgeMandate, type MandateAct, type MandateFault } from '../domain/mandate.ts';
import type { NamedHolder } from '../repositories/accounts.ts';
import { assigning } from './assigning.ts';

/** Somebody's act upon a person, who is locked. */
export interface Upon {
  unit: UnitOfWork;
  actor: Actor;
  person: NamedHolder;
}

/** What is particular to delegations, and to national roles: rights that one person gives another by name (P3b). */
export interface NamingPolicy {
  /**
   * Locks who else has the right, so that nobody changes it until the end of the use case. `isLast`: without this
   * person nobody would be left, which binds this actor (P2).
   * @throws Forbidden where the actor could give it when the request began, and no longer can.
   */
  lock(upon: Upon): Promise<{ assigned: Assigned; isLast: boolean }>;
  /** What is told once it is done. */
  given(upon: Upon, terms: AssignmentTerms): Promise<void>;
  ended(upon: Upon, reason: string): Promise<void>;
  redated(upon: Upon, roleLabel: string, endsOn: string | null): Promise<void>;
}

/** The acts on a right that is given by name: why not, or null. One judge has the say (domain/mandate.ts). */
export function namedAssignment(policy: NamingPolicy, upon: Upon) {
  const { unit, actor, person } = upon;

  /** `assignmentId`: the right that was on the screen, if it was told. Another one may have been given since. */
  async function lock(assignmentId: number | undefined) {
    const { assigned, isLast } = await policy.lock(upon);
    const acts = assigning(unit, actor, assigned, [person]);
    const [held = null] = (await acts.lock()).held;
    const isMeant = assignmentId === undefined || held?.id === assignmentId;
    return { assigned, isLast, acts, held: isMeant ? held : null };
  }

  type Standing = Awaited<ReturnType<typeof lock>>;
  async function judged(
    act: MandateAct,
    { assignmentId, endsOn }: { assignmentId?: number; endsOn?: string | null },
    work: (standing: Standing, held: NonNullable<Standing['held']>) => Promise<void>,
  ): Promise<MandateFault | null> {
    // Whether it is oneself is known before anything is locked (P1).
    const own = judgeMandate(act, { actor, person: { id: person.id } });
    if (own !== null) return own;
    const standing = await lock(assignmentId);
    const { held, isLast, assigned } = standing;
    const asked = {
      ...(assigned.organism && { organism: assigned.organism }),
      ...(endsOn !== undefined && { endsOn }),
    };
    const fault = judgeMandate(act, { actor, person, held, isLast, ...asked });
    if (fault === null) await work(standing, held as NonNullable<typeof held>);
    return fault;
  }

  return {
    /** What giving it would meet: nothing is written. */
    judge: () => judged('grant', {}, async () => {}),

    give: (terms: AssignmentTerms) =>
      judged('grant', {}, async ({ acts }) => {
        await acts.give(terms);
        await policy.given(upon, terms);
      }),

    end: ({ reason, ...order }: { reason: string; assignmentId?: number }) =>
      judged('remove', order, async ({ acts }, held) => {
        await acts.end([held], { reason });
        await policy.ended(upon, reason);
      }),

    /** Gives it an inclusive end date, another one, or none; never one to the last who has it without (P2, P8). */
    redate: (order: { endsOn: string | null; assignmentId?: number }) =>
      judged('setEnd', order, async ({ assigned, acts }, held) => {
        await acts.redate(held, order.endsOn);
        await policy.redated(upon, assigned.role.label, order.endsOn);
      }),
  };
}
