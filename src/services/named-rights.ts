import type { UnitOfWork } from '../database/transaction.ts';
import type { Actor } from '../domain/actor.ts';
import type { Right, RightTerms } from '../domain/right.ts';
import type { NamedHolder } from '../repositories/accounts.ts';
import { rightOf } from './rights.ts';

/** Why a right is neither given, ended, nor given another end date. */
export type NamedRightFault =
  | 'oneself'
  | 'inactive'
  | 'already'
  | 'gone'
  | 'unchanged'
  | 'last_administrator';

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
  lock(upon: Upon): Promise<{ right: Right; isLast: boolean }>;
  /** What is told once it is done. */
  given(upon: Upon, terms: RightTerms): Promise<void>;
  ended(upon: Upon, reason: string): Promise<void>;
  redated(upon: Upon, roleLabel: string, endsOn: string | null): Promise<void>;
}

/** The acts on a right that is given by name: why not, or null. Nobody does one upon themselves (P1). */
export function namedRight(policy: NamingPolicy, upon: Upon) {
  const { unit, actor, person } = upon;

  type Act = (standing: Awaited<ReturnType<typeof lock>>) => Promise<NamedRightFault | null>;
  const locked = async (work: Act) => (person.id === actor.id ? 'oneself' : work(await lock()));

  async function lock() {
    const { right, isLast } = await policy.lock(upon);
    const acts = rightOf(unit, actor, right, [person]);
    const [held] = (await acts.lock()).held;
    return { right, isLast, acts, held };
  }

  return {
    give: (terms: RightTerms) =>
      locked(async ({ acts, held }) => {
        if (!person.active) return 'inactive';
        if (held) return 'already';
        await acts.give(terms);
        await policy.given(upon, terms);
        return null;
      }),

    /** `assignmentId`: the one that was on the screen, if it was told. Another one may have been given since. */
    end: ({ reason, assignmentId }: { reason: string; assignmentId?: number }) =>
      locked(async ({ acts, held, isLast }) => {
        if (!held || held.id !== (assignmentId ?? held.id)) return 'gone';
        if (isLast) return 'last_administrator';
        await acts.end([held], { reason });
        await policy.ended(upon, reason);
        return null;
      }),

    /** Gives it an inclusive end date, another one, or none; never one to the last who has it without (P2, P8). */
    redate: ({ endsOn, assignmentId }: { endsOn: string | null; assignmentId?: number }) =>
      locked(async ({ right, acts, held, isLast }) => {
        if (!held || held.id !== (assignmentId ?? held.id)) return 'gone';
        if (held.endsOn === endsOn) return 'unchanged';
        if (endsOn !== null && isLast) return 'last_administrator';
        await acts.redate(held, endsOn);
        await policy.redated(upon, right.role.label, endsOn);
        return null;
      }),
  };
}
